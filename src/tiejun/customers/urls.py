from django.urls import path

from tiejun.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customers, name="list"),
    path("<uuid:company_id>/", views.company, name="company"),
    path("<uuid:company_id>/edit/", views.edit, name="edit"),
    path("<uuid:company_id>/class/", views.set_class, name="class"),
    path("<uuid:company_id>/stage/", views.set_stage, name="stage"),
    path("<uuid:company_id>/contacts/", views.add_contact, name="add-contact"),
    path("contacts/<uuid:contact_id>/", views.edit_contact, name="edit-contact"),
    path("contacts/<uuid:contact_id>/remove/", views.remove_contact, name="remove-contact"),
]
