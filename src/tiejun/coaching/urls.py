from django.urls import path

from tiejun.coaching.views import checks, crediting, desk, field, inspecting, mine, plans

app_name = "coaching"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("mine/", mine.mine, name="mine"),
    path("effect/", crediting.effect, name="effect"),
    path("spot-checks/", inspecting.spots, name="spots"),
    path("spot-checks/<uuid:check_id>/", inspecting.spot, name="spot"),
    path("checks/", checks.checks, name="checks"),
    path("checks/<uuid:check_id>/", checks.settle, name="settle"),
    path("people/<uuid:person_id>/", desk.person, name="person"),
    path("people/<uuid:person_id>/plan/", plans.edit, name="edit"),
    path("plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/itinerary/", plans.itinerary, name="itinerary"),
    path("plans/<uuid:plan_id>/cancel/", plans.cancel, name="cancel"),
    path("plans/<uuid:plan_id>/reveal/", field.reveal, name="reveal"),
    path("plans/<uuid:plan_id>/feedback/", field.feedback, name="feedback"),
    path("plans/<uuid:plan_id>/summary/", field.summary, name="summary"),
    path("plans/<uuid:plan_id>/answer/", mine.answer, name="answer"),
    path("points/<uuid:point_id>/drop/", checks.drop, name="drop"),
    path("points/<uuid:point_id>/deal/", crediting.deal, name="deal"),
    path("points/<uuid:point_id>/praise/", crediting.praise, name="praise"),
]
