from django.urls import path

from tiejun.leads.views import allotments, endings, extensions, lead, lists, pools, reclaims, swaps

app_name = "leads"
urlpatterns = [
    path("", lists.mine, name="mine"),
    path("pool/", lists.pool, name="pool"),
    path("reclaims/", reclaims.preview, name="reclaims"),
    path("reclaims/trial/", reclaims.trial, name="reclaim-trial"),
    path("reclaims/<uuid:run_id>/", reclaims.run, name="reclaim-run"),
    path("new/", lead.new, name="new"),
    path("extensions/", extensions.desk, name="extensions"),
    path("extensions/<uuid:request_id>/", extensions.decide, name="decide-extension"),
    path("overrides/", endings.overrides, name="overrides"),
    path("pools/", pools.index, name="pools"),
    path("pools/new/", pools.new, name="new-pool"),
    path("pools/<uuid:pool_id>/", pools.members, name="pool-members"),
    path("pools/<uuid:pool_id>/edit/", pools.edit, name="edit-pool"),
    path("pools/<uuid:pool_id>/add/", pools.add_member, name="add-pool-member"),
    path("pools/members/<uuid:member_id>/remove/", pools.remove_member, name="remove-pool-member"),
    path("allotment/", allotments.allotment, name="allotment"),
    path("allotment/<uuid:person_id>/", allotments.allotment, name="allotment_of"),
    path("assign/", allotments.assign, name="assign"),
    path("<uuid:lead_id>/", lead.lead, name="lead"),
    path("<uuid:lead_id>/claim/", lead.claim, name="claim"),
    path("<uuid:lead_id>/promote/", swaps.promote, name="promote"),
    path("<uuid:lead_id>/swap/", swaps.swap, name="swap"),
    path("<uuid:lead_id>/release/", lead.release, name="release"),
    path("<uuid:lead_id>/transfer/", lead.transfer, name="transfer"),
    path("<uuid:lead_id>/follow-up/", lead.follow_up, name="follow-up"),
    path("<uuid:lead_id>/extend/", extensions.ask, name="extend"),
    path("<uuid:lead_id>/invalid/", endings.invalid, name="invalid"),
    path("<uuid:lead_id>/lost/", endings.lost, name="lost"),
    path("<uuid:lead_id>/reopen/", endings.reopen, name="reopen"),
    path("<uuid:lead_id>/wake/", endings.wake, name="wake"),
    path("<uuid:lead_id>/freeze/", endings.freeze, name="freeze"),
    path("<uuid:lead_id>/thaw/", endings.thaw, name="thaw"),
]
