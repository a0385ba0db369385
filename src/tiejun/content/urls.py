from django.urls import path

from tiejun.content import views

app_name = "content"
urlpatterns = [
    path("", views.scripts, name="scripts"),
    path("desk/", views.desk, name="desk"),
    path("new/", views.new, name="new"),
    path("<uuid:script_id>/", views.script, name="script"),
    path("<uuid:script_id>/publish/", views.publish, name="publish"),
    path("<uuid:script_id>/retire/", views.retire, name="retire"),
    path("<uuid:script_id>/restore/", views.restore, name="restore"),
]
