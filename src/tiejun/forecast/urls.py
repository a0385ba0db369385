from django.urls import path

from tiejun.forecast.views import daily, evening, months, rollup, weeks

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
    path("mine/", months.mine, name="mine"),
    path("mine/commit/", months.commit, name="commit"),
    path("months/", months.form, name="form"),
    path("months/talk/<uuid:person_id>/", months.talk, name="talk"),
    path("commitments/<uuid:commitment_id>/", months.commitment, name="commitment"),
    path("commitments/<uuid:commitment_id>/sign/", months.sign, name="sign"),
    path("commitments/<uuid:commitment_id>/countersign/", months.countersign, name="countersign"),
    path("weeks/", weeks.weeks, name="weeks"),
    path("weeks/<uuid:person_id>/", weeks.week, name="week"),
    path("accuracy/", weeks.accuracy, name="accuracy"),
    path("roll-up/", rollup.roll_up, name="roll_up"),
    path("roll-up/<uuid:unit_id>/submit/", rollup.submit, name="submit_group"),
]
