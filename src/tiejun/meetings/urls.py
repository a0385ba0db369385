from django.urls import path

from tiejun.meetings.rules.talks import TalkKind
from tiejun.meetings.views import minutes, rooms, talks, walls

app_name = "meetings"

urlpatterns = [
    path("", rooms.meetings, name="list"),
    path("open/", rooms.open_one, name="open"),
    path("<uuid:meeting_id>/", rooms.room, name="room"),
    path("<uuid:meeting_id>/pulse/", rooms.pulse, name="pulse"),
    path("<uuid:meeting_id>/close/", rooms.close, name="close"),
    path("<uuid:meeting_id>/agenda/", minutes.add, name="add"),
    path("<uuid:meeting_id>/agenda/<uuid:item_id>/", minutes.settle, name="settle"),
    path("<uuid:meeting_id>/presence/", minutes.presence, name="presence"),
    path("<uuid:meeting_id>/shares/", minutes.shares, name="shares"),
    path("<uuid:meeting_id>/drill/", minutes.start, name="start_drill"),
    path("<uuid:meeting_id>/drill/<uuid:drill_id>/score/", minutes.score, name="score_drill"),
    path("<uuid:meeting_id>/drill/<uuid:drill_id>/reveal/", minutes.reveal, name="reveal_drill"),
    path("<uuid:meeting_id>/drill/<uuid:drill_id>/repeat/", minutes.repeat, name="repeat_drill"),
    path("<uuid:meeting_id>/drill/<uuid:drill_id>/skip/", minutes.skip, name="skip_drill"),
    path("<uuid:meeting_id>/decisions/", minutes.decide, name="decide"),
    path("<uuid:meeting_id>/actions/", minutes.agree, name="agree"),
    path("actions/<uuid:action_id>/end/", rooms.end_action, name="end_action"),
    path("screens/", walls.screens, name="screens"),
    path("screens/new/", walls.make, name="make_screen"),
    path("screens/<uuid:screen_id>/close/", walls.close, name="close_screen"),
    path("wall/<uuid:screen_id>/<slug:mark>/", walls.wall, name="wall"),
    path("talks/", talks.talks, name="talks"),
    path("talks/<uuid:person_id>/", talks.talk, {"kind": TalkKind.WEEKLY}, name="talk"),
    path("talks/<uuid:person_id>/coaching/", talks.talk, {"kind": TalkKind.COACHING}, name="coaching_talk"),
    path("sharing/", talks.sharing, name="sharing"),
    path("sharing/hold/", talks.hold, name="hold_sharing"),
    path("sharing/<uuid:sharing_id>/draft/", talks.draft, name="draft"),
    path("sharing/drafts/<uuid:draft_id>/withdraw/", talks.withdraw, name="withdraw_draft"),
]
