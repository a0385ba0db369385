from django.urls import path

from tiejun.quality.views import cases, tasks, truth

app_name = "quality"
urlpatterns = [
    path("", tasks.desk, name="desk"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/take/", tasks.take, name="take"),
    path("tasks/<uuid:task_id>/begin/", tasks.begin, name="begin"),
    path("tasks/<uuid:task_id>/case/", cases.open_case, name="open_case"),
    path("tasks/<uuid:task_id>/drop/", tasks.drop, name="drop"),
    path("calibration/", tasks.calibration, name="calibration"),
    path("truth/", truth.truth, name="truth"),
    path("draws/", truth.draws, name="draws"),
    path("draws/<uuid:draw_id>/", truth.draw, name="draw"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/answer/", cases.answer, name="answer"),
    path("cases/<uuid:case_id>/appeal/", cases.appeal, name="appeal"),
    path("cases/<uuid:case_id>/panel/", cases.panel, name="panel"),
    path("cases/<uuid:case_id>/position/", cases.position, name="position"),
    path("seats/", cases.seats, name="seats"),
    path("seats/<uuid:seat_id>/", cases.seat, name="seat"),
    path("mine/", truth.mine, name="mine"),
]
