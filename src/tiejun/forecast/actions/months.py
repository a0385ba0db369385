"""The commitment of a month: said, talked through, signed by two, published; each revision is a new edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.forecast import locks
from tiejun.forecast.events import CommitmentPublished
from tiejun.forecast.models import MonthlyForecast
from tiejun.forecast.queries.evening import member_in_reach
from tiejun.forecast.queries.figures import Figures, figures, month_of
from tiejun.forecast.queries.months import OPEN, TEXTS, frozen_beside, month_asked, signing_facts
from tiejun.forecast.rules import Refusal
from tiejun.forecast.rules.months import MOST_DEALS, MonthState, Support, sanction_in, why_not_sign
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LARGEST_MINOR = 10**13
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a month by field (`queries.months.TEXTS`), and what supports the number; only what is given changes."""

    texts: Mapping[str, str]
    support: Support | None = None


@action(Ability.MAKE_FORECAST)
def commit(
    scope: Scope, *, month: date, version: int, deals: int, amount_minor: int, words: Words, now: datetime
) -> MonthlyForecast:
    """Say or change one's own number for a month. A signature that stood under it is withdrawn; a published one is revised.

    `version` of the edition that was changed, 0 for the first. Raises `Refused` (MONTH_OVER, SANCTION_CLAUSE), `Stale`, `Invalid`.
    """
    month = month_asked(scope, month, now=now)
    _check(scope, month, deals=deals, amount_minor=amount_minor, words=words, now=now)
    own = {name: text for name, text in words.texts.items() if name in OWN_TEXTS}
    row = _open_edition(scope, scope.own_id, month, version, now)
    said = _write(row, deals=deals, amount_minor=amount_minor, words=Words(own, words.support), now=now)
    audit.record(scope, "forecast.commitment_said", row, said=said)
    return row


OWN_TEXTS = ("assumptions", "deviation_explained", "improvement_plan", "support_note")


@action(Ability.REVIEW_FORECASTS)
def talk(
    scope: Scope,
    *,
    person_id: UUID,
    month: date,
    version: int,
    deals: int,
    amount_minor: int,
    words: Words,
    now: datetime,
) -> MonthlyForecast:
    """Keep a month's talk with a person of the group: state of work, causes, plans, and the number as agreed with them.

    An exception for an impossible number is the asker's. Raises `NotFound`, `Refused` (MONTH_OVER, TALK_WITH_ONESELF,
    SANCTION_CLAUSE), `Stale`, `Invalid`.
    """
    month = month_asked(scope, month, now=now)
    member_in_reach(scope, person_id, business_day(now, scope.zone))
    if person_id == scope.person_id:
        raise Refused(Refusal.TALK_WITH_ONESELF)
    _check(scope, month, deals=deals, amount_minor=amount_minor, words=words, now=now)
    row = _open_edition(scope, person_id, month, version, now)
    exception = words.texts.get("exception_reason", row.exception_reason).strip()
    if exception != row.exception_reason:
        row.exception_by_id = scope.person_id if exception else None
    row.talked_by_id, row.talked_at, row.state = scope.person_id, now, MonthState.TALKED
    said = _write(row, deals=deals, amount_minor=amount_minor, words=words, now=now)
    audit.record(scope, "forecast.commitment_talked", row, said=said)
    return row


def _check(scope: Scope, month: date, *, deals: int, amount_minor: int, words: Words, now: datetime) -> None:
    if month < month_of(scope, business_day(now, scope.zone)):
        raise Refused(Refusal.MONTH_OVER)
    if not 0 <= deals <= MOST_DEALS:
        raise Invalid(deals=_("A month holds between 0 and 300 deals."))
    if not 0 <= amount_minor <= LARGEST_MINOR:
        raise Invalid(amount=_("This amount is out of bounds."))
    for name, text in words.texts.items():
        if name not in TEXTS or len(text) > LONGEST:
            raise Invalid(**{name: _("This text is too long.")})
        if found := sanction_in(text):
            raise Refused(Refusal.SANCTION_CLAUSE, word=found)


def _open_edition(scope: Scope, person_id: UUID, month: date, version: int, now: datetime) -> MonthlyForecast:
    """Return the locked edition that is worked on: the open one, or a new one after the published one (unsaved)."""
    newest = locks.lock_month(scope, person_id, month)
    if newest is not None and newest.version != version:
        raise Stale(newest)
    unit_id = org.unit_of_person(scope, person_id, on=business_day(now, scope.zone))
    if newest is not None and newest.state in OPEN:
        # Who has moved signs with the leader of today; what is published stays where it was.
        newest.unit_id = unit_id
        return newest
    fresh = MonthlyForecast(
        person_id=person_id,
        unit_id=unit_id,
        month=month,
        edition=newest.edition + 1 if newest else 1,
        state=MonthState.DRAFT,
        version=0 if newest is None else newest.version,
    )
    for name in TEXTS if newest is not None else ():
        setattr(fresh, name, "" if name == "exception_reason" else getattr(newest, name))
    return fresh


def _write(row: MonthlyForecast, *, deals: int, amount_minor: int, words: Words, now: datetime) -> dict[str, Any]:
    """Write a number with its words; the signature that stood under it is withdrawn. Returns the facts of the audit."""
    withdrawn = row.rep_signed_at is not None
    row.deals, row.amount_minor = deals, amount_minor
    for name, text in words.texts.items():
        limit = 500 if name in ("support_note", "exception_reason") else LONGEST
        setattr(row, name, text.strip()[:limit])
    row.support = words.support or row.support
    row.rep_signed_at, row.content_hash = None, ""
    if row.state == MonthState.SIGNED:
        row.state = MonthState.TALKED
    row.changed_at, row.version = now, row.version + 1
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=WRITTEN)
    return {"deals": deals, "amount_minor": amount_minor, "edition": row.edition, "withdrawn": withdrawn}


WRITTEN = (
    "unit", "deals", "amount_minor", "support", "state", "exception_by", "talked_by", "talked_at", "rep_signed_at", "content_hash",
    "changed_at", "version", *TEXTS,
)  # fmt: skip


@action(Ability.MAKE_FORECAST)
def sign(scope: Scope, *, commitment_id: UUID, version: int, now: datetime) -> MonthlyForecast:
    """Sign one's own commitment: what stands beside the number now is frozen with it, under one hash.

    Raises `NotFound`, `Stale`, `Refused` (NOT_TALKED, ALREADY_SIGNED, MONTH_OVER, IMPOSSIBLE_NUMBER, DEVIATION_UNEXPLAINED,
    NO_IMPROVEMENT_PLAN, SANCTION_CLAUSE).
    """
    row = locks.lock_commitment(scope, commitment_id, Ability.MAKE_FORECAST, version=version)
    if row.rep_signed_at is not None:
        raise Refused(Refusal.ALREADY_SIGNED)
    if row.month < month_of(scope, business_day(now, scope.zone)):
        raise Refused(Refusal.MONTH_OVER)
    numbers = _figures(scope, row, now)
    tree = numbers.tree(row.deals)
    refusal = why_not_sign(signing_facts(scope, row, tree, numbers.deviation(row.deals)))
    if refusal is not None:
        raise Refused(
            refusal,
            deals=row.deals,
            visits=tree.visits_per_day if tree.visits_per_day is not None else "∞",
            capacity=tree.capacity,
            possible=tree.possible_deals,
            days=tree.days,
            word="",
        )
    row.content_hash = frozen_beside(scope, row, numbers)
    row.rep_signed_at, row.state, row.changed_at, row.version = now, MonthState.SIGNED, now, row.version + 1
    row.save(
        update_fields=[
            "expected_deals", "expected_low", "expected_high", "expected_why", "tree", "content_hash", "rep_signed_at", "state",
            "changed_at", "version",
        ]
    )  # fmt: skip
    audit.record(scope, "forecast.commitment_signed", row, deals=row.deals, hash=row.content_hash)
    return row


def _figures(scope: Scope, row: MonthlyForecast, now: datetime) -> Figures:
    member = member_in_reach(scope, row.person_id, business_day(now, scope.zone), ability=Ability.VIEW_FORECASTS)
    unit = next(one for one in org.all_units(scope) if one.pk == member.unit_id)
    return figures(scope, unit, [member], row.month, now=now)[row.person_id]


@action(Ability.REVIEW_FORECASTS)
def countersign(scope: Scope, *, commitment_id: UUID, content_hash: str, now: datetime) -> MonthlyForecast:
    """Sign a member's commitment after them and publish it; an earlier edition of the month is superseded.

    `content_hash`: of what the asker saw. Raises `NotFound`, `Refused` (REP_SIGNS_FIRST, CONTENT_CHANGED, OWN_COMMITMENT,
    ALREADY_SIGNED, SIGNER_GONE, MONTH_OVER).
    """
    row = locks.lock_commitment(scope, commitment_id, Ability.REVIEW_FORECASTS)
    if row.month < month_of(scope, business_day(now, scope.zone)):
        raise Refused(Refusal.MONTH_OVER)
    if row.person_id == scope.person_id:
        raise Refused(Refusal.OWN_COMMITMENT)
    if row.published_at is not None:
        raise Refused(Refusal.ALREADY_SIGNED)
    if row.rep_signed_at is None:
        raise Refused(Refusal.REP_SIGNS_FIRST)
    if row.content_hash != content_hash:
        raise Refused(Refusal.CONTENT_CHANGED)
    if org.is_gone(scope, row.person_id, on=business_day(now, scope.zone)):
        raise Refused(Refusal.SIGNER_GONE)
    earlier = MonthlyForecast.objects.filter(person=row.person_id, month=row.month, state=MonthState.PUBLISHED)
    earlier.update(state=MonthState.SUPERSEDED, superseded_at=now)
    row.supervisor_id, row.published_at, row.state = scope.person_id, now, MonthState.PUBLISHED
    row.changed_at, row.version = now, row.version + 1
    row.save(update_fields=["supervisor", "published_at", "state", "changed_at", "version"])
    announce(CommitmentPublished(row.pk, row.person_id, row.unit_id, row.month, row.edition, row.deals, now))
    facts: dict[str, Any] = {"deals": row.deals, "hash": row.content_hash, "exception": bool(row.exception_reason)}
    audit.record(scope, "forecast.commitment_published", row, published=facts)
    return row
