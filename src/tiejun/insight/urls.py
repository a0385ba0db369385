from django.urls import path

from tiejun.insight.views import growth, scores

app_name = "insight"
urlpatterns = [
    path("growth/", growth.equation, name="growth"),
    path("scores/", scores.scores, name="scores"),
]
