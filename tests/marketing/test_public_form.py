"""The form that strangers fill in: no cookie, a token instead, limits against programs, frames by permission."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.marketing import make_campaign, make_form
from tests.factories.org import NOW, make_company_tree
from tiejun.foundation.models import StrangerHour
from tiejun.marketing.models import InboundRecord

pytestmark = pytest.mark.django_db
TYPED = {
    "company_name": "Harbour Lights Ltd",
    "contact_name": "Shen",
    "phone": "13800001111",
    "district": "330106",
    "window": "MORNING",
    "consent": "on",
    "NEED": "CLEAR",
    "TIMING": "THIS_MONTH",
    "BUDGET": "SET",
    "AUTHORITY": "DECIDES",
}


@pytest.fixture
def form(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_company_tree()
    return make_form(campaign=make_campaign())


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def url(form) -> str:
    return reverse("marketing:capture", args=[form.code])


def opened(stranger, form, time_machine, *, after: float = 20) -> str:
    html = stranger.get(url(form)).content.decode()
    time_machine.move_to(NOW + timedelta(seconds=after), tick=False)
    return re.search(r'name="token" value="([^"]+)"', html)[1]


def test_a_stranger_is_taken_in_without_any_cookie(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)

    answer = stranger.post(url(form), TYPED | {"token": token})

    row = InboundRecord.objects.get()
    assert answer.status_code == 302
    assert "Thank you" in stranger.get(answer["Location"]).content.decode()
    assert not stranger.cookies
    assert (row.company_name, row.door, row.city_code, row.score, row.window, row.campaign_id) == (
        "Harbour Lights Ltd",
        "FORM",
        "330100",
        100,
        "MORNING",
        form.campaign_id,
    )
    assert row.consent.number == 1


def test_sending_it_twice_makes_one_record(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)

    for _ in range(2):
        assert stranger.post(url(form), TYPED | {"token": token}).status_code == 302

    assert InboundRecord.objects.count() == 1


@pytest.mark.parametrize(("after", "token"), [(1, None), (13 * 3600, None), (20, ""), (20, "forged:token")])
def test_a_token_that_is_forged_late_or_sent_at_once_is_refused(form, stranger, time_machine, after, token) -> None:
    real = opened(stranger, form, time_machine, after=after)

    answer = stranger.post(url(form), TYPED | {"token": real if token is None else token})

    assert answer.status_code == 422
    assert InboundRecord.objects.count() == 0


def test_a_token_of_another_form_is_refused(form, stranger, time_machine) -> None:
    token = opened(stranger, make_form(), time_machine)

    assert stranger.post(url(form), TYPED | {"token": token}).status_code == 422
    assert InboundRecord.objects.count() == 0


def test_who_fills_in_what_nobody_sees_is_thanked_and_forgotten(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)

    answer = stranger.post(url(form), TYPED | {"token": token, "homepage": "https://spam.example"})

    assert answer.status_code == 302
    assert InboundRecord.objects.count() == 0


def test_without_consent_nothing_is_kept(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)

    answer = stranger.post(url(form), {**TYPED, "token": token, "consent": ""})

    assert answer.status_code == 422
    assert InboundRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("phone", "said"), [("12ab", "Nobody can call this number"), ("88886666", "write the area code")]
)
def test_a_number_that_nobody_can_call_is_asked_for_again(form, stranger, time_machine, phone, said) -> None:
    token = opened(stranger, form, time_machine)

    answer = stranger.post(url(form), TYPED | {"token": token, "phone": phone})

    html = answer.content.decode()
    assert f'name="token" value="{token}"' in html
    assert (answer.status_code, said in html, "Harbour Lights Ltd" in html) == (422, True, True)
    assert not InboundRecord.objects.exists()
    assert stranger.post(url(form), TYPED | {"token": token, "phone": "0571-88886666"}).status_code == 302


def test_an_address_sends_ten_forms_an_hour(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)
    answers = [stranger.post(url(form), TYPED | {"token": token}).status_code for _ in range(11)]

    assert answers == [302] * 10 + [429]
    assert list(StrangerHour.objects.values_list("page", "used")) == [("marketing.form_per_hour", 11)]
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    assert stranger.post(url(form), TYPED | {"token": token}).status_code == 302


def test_a_closed_form_says_so(form, stranger, time_machine) -> None:
    token = opened(stranger, form, time_machine)
    form.is_open = False
    form.save(update_fields=["is_open"])

    assert stranger.get(url(form)).status_code == 410
    assert stranger.post(url(form), TYPED | {"token": token}).status_code == 410
    assert InboundRecord.objects.count() == 0
    assert stranger.get(reverse("marketing:capture", args=["nowhere"])).status_code == 404


def test_only_its_own_sites_may_frame_a_form(form, stranger) -> None:
    alone = stranger.get(url(form))
    form.allowed_sites = ["https://www.example.com"]
    form.save(update_fields=["allowed_sites"])
    framed = stranger.get(url(form))

    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert alone["X-Frame-Options"] == "DENY"
    policy = framed["Content-Security-Policy"]
    assert re.search(r"frame-ancestors ([^;]+)", policy)[1] == "https://www.example.com"
    assert "X-Frame-Options" not in framed
    assert "default-src 'none'" in policy


def test_within_a_frame_the_form_stays_light_whatever_the_device_likes(form, stranger) -> None:
    within = stranger.get(url(form), headers={"sec-fetch-dest": "iframe"}).content.decode()

    assert '<html lang="en" data-theme="jade" data-theme-fixed>' in within
    assert 'content="light"' in within
    assert "data-theme" not in stranger.get(url(form), headers={"sec-fetch-dest": "document"}).content.decode()


def test_the_form_speaks_the_language_that_is_asked_for(form, stranger) -> None:
    form.title = "\u548c\u6211\u4eec\u804a\u804a"
    form.save(update_fields=["title"])

    assert form.title in stranger.get(url(form) + "?lang=zh").content.decode()
    assert "Talk to us" in stranger.get(url(form) + "?lang=en").content.decode()
