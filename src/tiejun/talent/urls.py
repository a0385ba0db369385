from django.urls import path

from tiejun.talent.views import maps, rating

app_name = "talent"

urlpatterns = [
    path("", maps.desk, name="desk"),
    path("mine/", maps.mine, name="mine"),
    path("mine/rate/", rating.assess, name="assess"),
    path("totals/", maps.totals, name="totals"),
    path("people/<uuid:person_id>/", maps.person, name="person"),
    path("people/<uuid:person_id>/offer/", maps.offer, name="offer"),
    path("people/<uuid:person_id>/rate/", rating.rate, name="rate"),
]
