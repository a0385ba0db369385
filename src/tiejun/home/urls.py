from django.urls import path

from tiejun.home.views import board, me, search, team_day, today

app_name = "home"

urlpatterns = [
    path("", today.today, name="today"),
    path("team-today/", team_day.team_today, name="team_today"),
    path("team-today/<uuid:person_id>/", team_day.member, name="team_member"),
    path("board/", board.board, name="board"),
    path("me/", me.me, name="me"),
    path("search/palette/", search.palette, name="palette"),
]
