"""What the forms of accompanied visits let in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.coaching import texts
from tiejun.coaching.rules import ANSWERS, Phase, Purpose, Rating, Skill, Subject
from tiejun.coaching.rules.inspecting import Question
from tiejun.coaching.rules.plans import Feedback, NewPoint, PlanWords
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import is_sane
from tiejun.visits.rules.timing import clocked
from tiejun.visits.rules.vocabulary import Capture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from tiejun.coaching.queries.plans import StopChoice
    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.models import Order

MOST_ROWS = 6
MOST_VISITS = 15
TOLERANCE = timedelta(minutes=5)


def told_at(request: TiejunRequest) -> datetime:
    """Return when something was told, by the clock of the phone where it waited in one, never in the future."""
    capture = Capture(
        recorded_at=_moment(request.POST.get("recorded_at", "")), sent_at=_moment(request.headers.get("X-Sent-At", ""))
    )
    return clocked(capture, received_at=request.now, tolerance=TOLERANCE).at


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None and is_sane(moment) else None


class PlanForm(forms.Form):
    """The words of a plan; its points come in rows beside (`points_of`)."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[(one.value, texts.PURPOSES[one]) for one in Purpose])
    subject = forms.ChoiceField(
        label=pgettext_lazy("of an accompanied visit", "With"),
        choices=[(one.value, texts.SUBJECTS[one]) for one in Subject],
    )
    strengths = forms.CharField(
        label=_("Strengths, as I see them"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    weaknesses = forms.CharField(
        label=_("Weaknesses, as I suspect them"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def words(self, points: Sequence[NewPoint]) -> PlanWords:
        """Return the cleaned words with their points."""
        given = self.cleaned_data
        return PlanWords(
            Purpose(given["purpose"]), Subject(given["subject"]), given["strengths"], given["weaknesses"], tuple(points)
        )


POINT_FIELDS = ("point", "skill", "title", "why", "done_when")


def points_of(data: QueryDict) -> list[NewPoint]:
    """Read the rows of points, the primary one first: `point` (an open one's id), or `skill`, `title`, `why`, `done_when`.

    Rows without a point and a title are left out. Raises `Invalid` for rows that cannot be read.
    """
    columns = {name: data.getlist(name) for name in POINT_FIELDS}
    rows = len(columns["title"])
    if rows > MOST_ROWS or any(len(column) != rows for column in columns.values()):
        raise Invalid(points=_("These points cannot be read."))
    found = [_point({name: columns[name][place].strip() for name in POINT_FIELDS}) for place in range(rows)]
    return [point for point in found if point is not None]


def _point(row: dict[str, str]) -> NewPoint | None:
    try:
        point_id = UUID(row["point"]) if row["point"] else None
        skill = Skill(row["skill"] or Skill.PITCH)
    except ValueError:
        raise Invalid(points=_("These points cannot be read.")) from None
    if point_id is None and not row["title"]:
        return None
    return NewPoint(point_id, skill, row["title"][:120], row["why"][:500], row["done_when"][:500])


class ReasonForm(forms.Form):
    """A reason, with the version of what it is about."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ItineraryForm(forms.Form):
    """The itinerary as the person named it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    itinerary = forms.CharField(
        label=_("Itinerary, key customers, area"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class FeedbackForm(forms.Form):
    """What was said right after a visit: strengths first. Ratings come as `rating-<point>` beside."""

    company = forms.TypedChoiceField(label=_("At"), coerce=UUID)
    strength = forms.CharField(
        label=_("What was good"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    phase = forms.ChoiceField(label=_("How"), choices=[(one.value, texts.PHASES[one]) for one in Phase])
    why_not_shown = forms.CharField(label=_("Why it was not shown first"), max_length=300, required=False)
    comment = forms.CharField(
        label=_("What to do better, one thing"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    encouraged = forms.BooleanField(label=_("Ended with confidence"), required=False)

    def __init__(self, stops: Sequence[StopChoice], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["company"]
        field.choices = [(str(stop.company_id), stop.name) for stop in stops]

    def feedback(self) -> Feedback:
        """Return the cleaned feedback with its ratings; raises `Invalid` for a rating that cannot be read."""
        given = self.cleaned_data
        return Feedback(
            phase=Phase(given["phase"]),
            ratings=ratings_of(self.data),
            strength=given["strength"],
            comment=given["comment"],
            why_not_shown=given["why_not_shown"],
            encouraged=given["encouraged"],
        )


def ratings_of(data: Any) -> dict[UUID, Rating]:
    """Read the ratings `rating-<point>`: a number of the scale, empty ones left out; raises `Invalid`."""
    found = {}
    for name in data:
        prefix, _dash, key = name.partition("-")
        if prefix != "rating" or not data[name]:
            continue
        try:
            found[UUID(key)] = Rating(int(data[name]))
        except ValueError:
            raise Invalid(ratings=_("One of these ratings cannot be read.")) from None
    return found


class SummaryForm(forms.Form):
    """The written review of the day."""

    text = forms.CharField(label=_("The day in words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 9}))
    next_step = forms.CharField(label=_("What comes next"), max_length=500, required=False)
    why_few = forms.CharField(
        label=_("Why the first point was watched at one visit only"), max_length=300, required=False
    )


class AnswerForm(forms.Form):
    """A word of the person on the summary."""

    answer = forms.CharField(
        label=_("A word back"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CheckForm(forms.Form):
    """The answer to a check."""

    outcome = forms.ChoiceField(choices=[(one.value, texts.CHECK_STATES[one]) for one in ANSWERS])
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class DealForm(forms.Form):
    """Which order was signed through a point."""

    order = forms.TypedChoiceField(label=_("Order"), coerce=UUID)
    note = forms.CharField(label=_("How the point helped"), max_length=300, required=False)

    def __init__(self, orders: Sequence[Order], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["order"]
        field.choices = [
            (str(one.pk), f"{one.number} · {one.company.name} · {one.signed_on:%Y-%m-%d}") for one in orders
        ]


class PraiseForm(forms.Form):
    """A good word before the team."""

    text = forms.CharField(label=_("What was done well"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class SpotForm(forms.Form):
    """The questions of a spot check; what nobody remembers stays empty."""

    feedback = forms.CharField(
        label=_("What both can learn"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, points: Sequence[tuple[UUID, str]], data: Any = None) -> None:
        super().__init__(data)
        yes_no = [("", "–"), *texts.YES_NO.items()]
        choices: dict[Question, list[tuple[str, Any]]] = dict.fromkeys(Question, yes_no)
        choices[Question.POINT] = [("", "–"), *((str(key), title) for key, title in points)]
        choices[Question.VISITS] = [("", "–"), *((str(n), str(n)) for n in range(MOST_VISITS + 1))]
        fields = {
            question.value: forms.ChoiceField(
                label=texts.QUESTIONS[question], choices=choices[question], required=False
            )
            for question in Question
        }
        self.fields = fields | self.fields

    def answers(self) -> dict[str, str]:
        """Return what was answered, by question."""
        return {question.value: self.cleaned_data[question.value] for question in Question}


def demand(form: forms.Form) -> None:
    """Raise `Invalid` with the first error of each field unless the form is valid."""
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})


def proposed_point(data: Mapping[str, str]) -> list[NewPoint]:
    """Return the point that the address of a plan's form proposes, as words to be changed; nothing where it names none."""
    title = data.get("title", "").strip()[:120]
    skill = next((one for one in Skill if one.value == data.get("skill")), None)
    if not title or "\x00" in title or skill is None:
        return []
    return [NewPoint(None, skill, title, data.get("why", "").replace("\x00", "")[:500])]
