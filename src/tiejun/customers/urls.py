from django.urls import path

from tiejun.customers import views
from tiejun.customers.views import board, fields, merging

app_name = "customers"
urlpatterns = [
    path("", views.customers, name="list"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("duplicates/<uuid:proposal_id>/apart/", merging.tell_apart, name="tell-apart"),
    path("merges/", merging.merges, name="merges"),
    path("merges/<uuid:merge_id>/undo/", merging.undo, name="undo-merge"),
    path("merge/<uuid:survivor_id>/<uuid:absorbed_id>/", merging.merge, name="merge"),
    path("<uuid:company_id>/merge/", merging.merge_with, name="merge-with"),
    path("<uuid:company_id>/", views.company, name="company"),
    path("<uuid:company_id>/edit/", views.edit, name="edit"),
    path("<uuid:company_id>/fields/", fields.fields, name="fields"),
    path("<uuid:company_id>/class/", views.set_class, name="class"),
    path("<uuid:company_id>/steps/", board.plan_step, name="plan-step"),
    path("<uuid:company_id>/maturity/", board.maturity, name="maturity"),
    path("<uuid:company_id>/backup/", board.backup, name="backup"),
    path("steps/<uuid:step_id>/", board.finish_step, name="finish-step"),
    path("<uuid:company_id>/contacts/", views.add_contact, name="add-contact"),
    path("contacts/<uuid:contact_id>/", views.edit_contact, name="edit-contact"),
    path("contacts/<uuid:contact_id>/remove/", views.remove_contact, name="remove-contact"),
]
