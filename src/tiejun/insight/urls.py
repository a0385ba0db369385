from django.urls import path

from tiejun.insight.views import channels, growth, scores

app_name = "insight"
urlpatterns = [
    path("channels/", channels.channels, name="channels"),
    path("growth/", growth.equation, name="growth"),
    path("scores/", scores.scores, name="scores"),
]
