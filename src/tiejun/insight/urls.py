from django.urls import path

from tiejun.insight import views

app_name = "insight"
urlpatterns = [path("scores/", views.scores, name="scores")]
