from django.urls import path

from tiejun.operations.views import allotment, audit, clock, policies

app_name = "operations"
urlpatterns = [
    path("runs/", clock.runs, name="runs"),
    path("runs/all/", clock.run_log, name="run_log"),
    path("runs/<uuid:run_id>/start/", clock.run_now, name="run_now"),
    path("runs/<uuid:run_id>/retry/", clock.retry_run, name="retry_run"),
    path("allotment/", allotment.report, name="allotment"),
    path("allotment/look-ahead/", allotment.look_ahead, name="allotment_ahead"),
    path("allotment/<uuid:run_id>/repeat/", allotment.repeat, name="repeat_allotment"),
    path("policies/", policies.policies, name="policies"),
    path("policies/profile/<slug:name>/", policies.profile, name="profile"),
    path("policies/<str:key>/", policies.policy, name="policy"),
    path("policies/<str:key>/draft/", policies.draft, name="draft_policy"),
    path("policy-versions/<uuid:version_id>/approve/", policies.approve, name="approve_policy"),
    path("policy-versions/<uuid:version_id>/put-in-force/", policies.put_in_force, name="put_in_force"),
    path("policy-versions/<uuid:version_id>/withdraw/", policies.withdraw, name="withdraw_policy"),
    path("policy-versions/<uuid:version_id>/end/", policies.end, name="end_policy"),
    path("audit/", audit.audit, name="audit"),
    path("audit/mine/", audit.own_trail, name="own_trail"),
    path("audit/check/", audit.check, name="check_audit"),
    path("audit/checks/<uuid:check_id>/", audit.check_state, name="audit_check"),
]
