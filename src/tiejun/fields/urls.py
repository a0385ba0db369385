from django.urls import path

from tiejun.fields import views

app_name = "fields"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("new/<str:subject>/", views.new, name="new"),
    path("<uuid:field_id>/", views.edit, name="edit"),
    path("<uuid:field_id>/retire/", views.retire, name="retire"),
    path("<uuid:field_id>/restore/", views.restore, name="restore"),
]
