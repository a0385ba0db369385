from django.urls import path

from tiejun.insight.views import anomalies, boards, channels, cohorts, growth, metrics, reporting, scores, trials

app_name = "insight"
urlpatterns = [
    path("anomalies/", anomalies.anomalies, name="anomalies"),
    path("anomalies/raise/", anomalies.raise_anomaly, name="raise"),
    path("anomalies/<uuid:anomaly_id>/", anomalies.anomaly, name="anomaly"),
    path("anomalies/<uuid:anomaly_id>/act/", anomalies.act, name="act"),
    path("anomalies/<uuid:anomaly_id>/close/", anomalies.close, name="close"),
    path("boards/", boards.first, name="boards"),
    path("boards/<str:name>/", boards.board, name="board"),
    path("channels/", channels.channels, name="channels"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("growth/", growth.equation, name="growth"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("report/", reporting.own, name="report"),
    path("scores/", scores.scores, name="scores"),
    path("trials/", trials.trials, name="trials"),
]
