from django.urls import path

from tiejun.visits.views import canvassing, days, evidence, offline, plans, team, visits

app_name = "visits"

urlpatterns = [
    path("", visits.visit_list, name="list"),
    path("record/", visits.record, name="record"),
    path("record/companies/", visits.companies, name="companies"),
    path("check-in/", visits.check_in, name="check_in"),
    path("consent/", visits.consent, name="consent"),
    path("consent/withdraw/", visits.withdraw_consent, name="withdraw_consent"),
    path("team-plans/", team.plans, name="team_plans"),
    path("pack/", offline.pack, name="pack"),
    path("photos/", evidence.add_photo, name="add_photo"),
    path("photos/<uuid:evidence_id>/", evidence.photo, name="photo"),
    path("confirm/<str:token>/", evidence.confirm, name="confirm"),
    path("canvass/", canvassing.buildings, name="buildings"),
    path("canvass/<uuid:building_id>/", canvassing.building, name="building"),
    path("canvass/<uuid:building_id>/standing/", canvassing.standing, name="standing"),
    path("evening/", days.evening, name="evening"),
    path("plan/", plans.plan, name="plan"),
    path("plan/propose/", plans.propose, name="propose"),
    path("plan/order/", plans.order, name="order"),
    path("plan/replan/", plans.replan, name="replan"),
    path("plan/submit/", plans.submit, name="submit"),
    path("plan/save/", plans.save, name="save_plan"),
    path("plan/stops/", plans.add, name="add_stop"),
    path("plan/stops/<uuid:item_id>/move/", plans.move, name="move_stop"),
    path("plan/stops/<uuid:item_id>/remove/", plans.remove, name="remove_stop"),
    path("plan/stops/<uuid:item_id>/pin/", plans.pin, name="pin_stop"),
    path("plan/stops/<uuid:item_id>/appointment/", plans.appointment, name="set_appointment"),
    path("plan/stops/<uuid:item_id>/call-off/", plans.call_off, name="call_off_stop"),
    path("plan/companies/", plans.companies, name="plan_companies"),
    path("of/<uuid:company_id>/", visits.of_company, name="of_company"),
    path("<uuid:visit_id>/", visits.visit, name="visit"),
    path("<uuid:visit_id>/edit/", visits.edit, name="edit"),
    path("<uuid:visit_id>/cancel/", visits.cancel, name="cancel"),
    path("<uuid:visit_id>/ask/", evidence.ask, name="ask_customer"),
    path("<uuid:visit_id>/amend/", visits.amend, name="amend"),
]
