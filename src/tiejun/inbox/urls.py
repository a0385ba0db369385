from django.urls import path

from tiejun.inbox import views

app_name = "inbox"

urlpatterns = [
    path("", views.notices, name="list"),
    path("unread/", views.unread, name="unread"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:notice_id>/read/", views.read, name="read"),
]
