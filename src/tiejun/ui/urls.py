from django.urls import path

from tiejun.ui import views

app_name = "ui"

urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    *views.development_routes(),
]
