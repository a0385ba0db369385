"""The product's routes and the sheet of components, which only developers' machines have."""

from django.urls import include, path

from tiejun.ui import views

urlpatterns = [path("dev/components/", views.components, name="components"), path("", include("tiejun.urls"))]
