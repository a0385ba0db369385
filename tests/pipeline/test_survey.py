"""The customer's own view of a decided deal: a page behind a code that nobody can guess."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.org import NOW
from tests.factories.pipeline import Cast
from tests.pipeline.test_reviews import cast, review
from tiejun.foundation.models import StrangerHour
from tiejun.pipeline.actions import reviews
from tiejun.pipeline.models import DealReview, ReviewView

__all__ = ["cast", "review"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast, review: DealReview) -> DealReview:
    return reviews.ask_customer(cast.scope("supervisor"), review_id=review.pk, now=NOW)


def survey_url(code: str) -> str:
    return reverse("pipeline:survey", args=[code])


def keep_open(review: DealReview) -> None:
    """The page reads the wall clock: the link ends in a far future."""
    DealReview.objects.filter(pk=review.pk).update(survey_until="2099-01-01T00:00:00Z")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_customer_answers_once(asked: DealReview, language: str) -> None:
    keep_open(asked)
    stranger, address = Client(enforce_csrf_checks=True), f"{survey_url(asked.survey_code)}?lang={language}"

    page = stranger.get(address)
    wrong = stranger.post(address, {"factor": "NONSENSE"})
    right = stranger.post(address, {"factor": "TRUST", "words": "<b>late</b>", "client_key": str(uuid4())})
    again = stranger.post(address, {"factor": "PRICE", "client_key": str(uuid4())})

    assert (page.status_code, wrong.status_code, right.status_code, again.status_code) == (200, 422, 302, 200)
    assert not page.cookies
    view = ReviewView.objects.get()
    assert (view.side, view.factor, view.words, view.person_id) == ("CUSTOMER", "TRUST", "<b>late</b>", None)


def test_a_guessed_code_and_one_that_ran_out_are_refused(asked: DealReview) -> None:
    keep_open(asked)
    stranger = Client()

    assert stranger.get(survey_url("x" * 32)).status_code == 404
    DealReview.objects.update(survey_until=NOW)
    answer = stranger.post(survey_url(asked.survey_code), {"factor": "TRUST"})
    assert answer.status_code == 410
    assert not ReviewView.objects.exists()


def test_guessing_is_limited_by_address(asked: DealReview) -> None:
    stranger = Client()
    stranger.get(survey_url("nowhere"))
    StrangerHour.objects.update(used=10_000)

    assert stranger.get(survey_url(asked.survey_code)).status_code == 429
    assert stranger.post(survey_url(asked.survey_code), {"factor": "TRUST"}).status_code == 429
    assert not ReviewView.objects.exists()


def test_the_code_has_192_random_bits(asked: DealReview) -> None:
    assert len(asked.survey_code) == 32
