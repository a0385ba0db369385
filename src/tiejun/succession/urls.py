from django.urls import path

from tiejun.succession import views

app_name = "succession"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("begin/", views.begin, name="begin"),
    path("<uuid:succession_id>/", views.succession, name="succession"),
    path("<uuid:succession_id>/propose/", views.propose, name="propose"),
    path("<uuid:succession_id>/choose/", views.choose, name="choose"),
    path("<uuid:succession_id>/start/", views.start, name="start"),
]
