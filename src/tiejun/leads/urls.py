from django.urls import path

from tiejun.leads.views import lead, lists

app_name = "leads"
urlpatterns = [
    path("", lists.mine, name="mine"),
    path("pool/", lists.pool, name="pool"),
    path("new/", lead.new, name="new"),
    path("<uuid:lead_id>/", lead.lead, name="lead"),
    path("<uuid:lead_id>/claim/", lead.claim, name="claim"),
    path("<uuid:lead_id>/release/", lead.release, name="release"),
    path("<uuid:lead_id>/transfer/", lead.transfer, name="transfer"),
    path("<uuid:lead_id>/follow-up/", lead.follow_up, name="follow-up"),
]
