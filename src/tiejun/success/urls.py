from django.urls import path

from tiejun.success.views import care, desk, survey

app_name = "success"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("trials/", desk.trials, name="trials"),
    path("companies/<uuid:company_id>/", desk.life, name="life"),
    path("companies/<uuid:company_id>/panel/", desk.panel, name="panel"),
    path("companies/<uuid:company_id>/next/", care.set_next, name="next"),
    path("companies/<uuid:company_id>/voices/", care.note_voice, name="voice"),
    path("companies/<uuid:company_id>/complaints/", care.complain, name="complain"),
    path("companies/<uuid:company_id>/ask/", care.ask, name="ask"),
    path("companies/<uuid:company_id>/add-on/", care.add_on, name="add-on"),
    path("companies/<uuid:company_id>/orders/<uuid:order_id>/renew/", care.renew, name="renew"),
    path("companies/<uuid:company_id>/orders/<uuid:order_id>/not-renewed/", care.not_renewed, name="not-renewed"),
    path("companies/<uuid:company_id>/orders/<uuid:order_id>/steps/<str:step>/", care.note_step, name="step"),
    path("handovers/<uuid:life_handover_id>/", care.hand_over, name="hand-over"),
    path("handovers/<uuid:life_handover_id>/receive/", care.receive, name="receive"),
    path("handovers/<uuid:life_handover_id>/back/", care.send_back, name="send-back"),
    path("complaints/<uuid:complaint_id>/answer/", care.answer, name="answer"),
    path("complaints/<uuid:complaint_id>/move/", care.move_complaint, name="move"),
    path("satisfaction/<str:code>/", survey.survey, name="survey"),
]
