from django.urls import path

from tiejun.forecast.views import daily, evening

app_name = "forecast"

urlpatterns = [
    path("tomorrow/", daily.tomorrow, name="tomorrow"),
    path("tomorrow/save/", daily.save, name="save_day"),
    path("evening/", evening.evening, name="evening"),
    path("evening/<uuid:person_id>/", evening.review, name="review"),
    path("evening/<uuid:person_id>/finish/", evening.finish, name="finish_review"),
    path("evening/<uuid:person_id>/carry/", evening.carry, name="carry_review"),
    path("reports/<uuid:unit_id>/", evening.report, name="report"),
    path("reports/<uuid:unit_id>/close/", evening.close, name="close_report"),
]
