"""The steps of a running meeting: agenda, shares, drill, outcome. Each answers with its part of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiejun.access.abilities import Ability
from tiejun.meetings import forms
from tiejun.meetings.actions import drills, meetings, outcomes
from tiejun.meetings.actions import shares as share_actions
from tiejun.meetings.queries.rooms import meeting_in_reach
from tiejun.meetings.rules import Kind, Presence
from tiejun.meetings.rules.agenda import Point
from tiejun.meetings.rules.drilling import Subject
from tiejun.meetings.views.asked import answer

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


def _reached(request: TiejunRequest, meeting_id: UUID, ability: Ability = Ability.LEAD_MEETING) -> None:
    """Let whoever may not do this learn so before any field is looked at."""
    request.scope.require(ability)
    meeting_in_reach(request.scope, meeting_id, ability)


@require_POST
def add(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Put something on the agenda."""
    request.scope.require(Ability.ADD_TO_AGENDA)
    row = meeting_in_reach(request.scope, meeting_id, Ability.ADD_TO_AGENDA)
    given = forms.demanded(forms.AgendaForm(request.POST)).cleaned_data
    meetings.add_to_agenda(
        request.scope,
        unit_id=row.unit_id,
        kind=Kind(row.kind),
        day=row.business_day,
        point=Point(f"person:{uuid4()}", words=given["words"]),
        now=request.now,
    )
    return answer(request, meeting_id, "agenda")


@require_POST
def settle(request: TiejunRequest, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    """Tick an item of the agenda."""
    _reached(request, meeting_id)
    is_done = forms.demanded(forms.ItemForm(request.POST)).cleaned_data["is_done"]
    meetings.settle_item(request.scope, meeting_id=meeting_id, item_id=item_id, is_done=is_done)
    return answer(request, meeting_id, "agenda")


@require_POST
def presence(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Note how somebody takes part."""
    _reached(request, meeting_id)
    given = forms.demanded(forms.PresenceForm(request.POST)).cleaned_data
    meetings.mark_presence(
        request.scope, meeting_id=meeting_id, person_id=given["person"], presence=Presence(given["presence"])
    )
    return answer(request, meeting_id, "told")


@require_POST
def shares(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Keep what somebody tells."""
    _reached(request, meeting_id, Ability.JOIN_MEETING)
    form = forms.demanded(forms.SharesForm(request.POST))
    person_id = form.cleaned_data["person"] or request.scope.own_id
    share_actions.write_shares(
        request.scope, meeting_id=meeting_id, person_id=person_id, shares=form.shares(), now=request.now
    )
    return answer(request, meeting_id, "told", _("Kept."), beside="mine")


@require_POST
def start(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Let two people play."""
    _reached(request, meeting_id)
    given = forms.demanded(forms.StartForm(request.POST)).cleaned_data
    drills.start_drill(
        request.scope,
        meeting_id=meeting_id,
        subject=Subject(given["subject"]),
        player_id=given["player"],
        customer_id=given["customer"],
        now=request.now,
    )
    return answer(request, meeting_id, "drill", _("Play! Everybody scores on their own phone."))


@require_POST
def score(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> HttpResponse:
    """Keep one's own blind score."""
    _reached(request, meeting_id, Ability.JOIN_MEETING)
    points = forms.demanded(forms.ScoreForm(request.POST)).points()
    drills.score_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id, points=points, now=request.now)
    return answer(request, meeting_id, "drill", _("Scored. Nobody sees your figures."))


@require_POST
def reveal(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> HttpResponse:
    """Show what the peers say of the round."""
    _reached(request, meeting_id)
    drills.reveal_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id)
    return answer(request, meeting_id, "drill")


@require_POST
def repeat(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> HttpResponse:
    """Play once more."""
    _reached(request, meeting_id)
    drills.repeat_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id)
    return answer(request, meeting_id, "drill")


@require_POST
def skip(request: TiejunRequest, meeting_id: UUID, drill_id: UUID) -> HttpResponse:
    """Pass a drill over."""
    _reached(request, meeting_id)
    reason = forms.demanded(forms.ReasonForm(request.POST)).cleaned_data["reason"]
    drills.skip_drill(request.scope, meeting_id=meeting_id, drill_id=drill_id, reason=reason)
    return answer(request, meeting_id, "drill")


@require_POST
def decide(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Write a decision down."""
    _reached(request, meeting_id)
    words = forms.demanded(forms.DecisionForm(request.POST)).cleaned_data["words"]
    outcomes.decide(request.scope, meeting_id=meeting_id, words=words, now=request.now)
    return answer(request, meeting_id, "outcome")


@require_POST
def agree(request: TiejunRequest, meeting_id: UUID) -> HttpResponse:
    """Agree on an action."""
    _reached(request, meeting_id)
    given = forms.demanded(forms.ActionForm(request.POST)).cleaned_data
    outcomes.agree_action(
        request.scope,
        meeting_id=meeting_id,
        owner_id=given["owner"],
        due_on=given["due_on"],
        words=given["words"],
        now=request.now,
    )
    return answer(request, meeting_id, "outcome")
