from django.urls import path

from tiejun.lists import views

app_name = "lists"
urlpatterns = [
    path("<str:kind>/save/", views.save, name="save"),
    path("<uuid:view_id>/", views.edit, name="edit"),
    path("<uuid:view_id>/remove/", views.remove, name="remove"),
]
