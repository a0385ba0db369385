from django.urls import path

from tiejun.reports.views import digests, mailings

app_name = "reports"
urlpatterns = [
    path("digest/", digests.digest, name="digest"),
    path("digest/stop/", digests.stop, name="digest_stop"),
    path("mailings/", mailings.mailings, name="mailings"),
    path("mailings/new/", mailings.new, name="mailing_new"),
    path("mailings/<uuid:mailing_id>/", mailings.mailing, name="mailing"),
    path("mailings/<uuid:mailing_id>/edit/", mailings.edit, name="mailing_edit"),
    path("mailings/<uuid:mailing_id>/pause/", mailings.pause, name="mailing_pause"),
    path("mailings/<uuid:mailing_id>/remove/", mailings.remove, name="mailing_remove"),
]
