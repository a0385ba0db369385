from django.urls import path

from tiejun.leads import views

app_name = "leads"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("pool/", views.pool, name="pool"),
    path("new/", views.new, name="new"),
    path("<uuid:lead_id>/", views.lead, name="lead"),
    path("<uuid:lead_id>/claim/", views.claim, name="claim"),
    path("<uuid:lead_id>/release/", views.release, name="release"),
    path("<uuid:lead_id>/transfer/", views.transfer, name="transfer"),
    path("<uuid:lead_id>/follow-up/", views.follow_up, name="follow-up"),
]
