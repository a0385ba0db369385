from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value

from tiejun.access.abilities import Ability
from tiejun.customers.queries import briefs
from tiejun.customers.queries.finding import candidates, needle
from tiejun.customers.rules import district_name
from tiejun.fields.queries import cut_rows, fields_of
from tiejun.fields.rules import Subject
from tiejun.foundation import keyset, policies, refusals
from tiejun.foundation.keyset import Page
from tiejun.leads import rules, texts
from tiejun.leads.models import Lead, LeadTenure, Pool
from tiejun.leads.queries.holding import claimable_pools, cooling_until, holder_of_asker, lead_facts, seat_facts
from tiejun.leads.queries.pools import visible_pool_ids, visible_pools
from tiejun.leads.queries.scoring import sign_percents
from tiejun.leads.queries.search import loaded_page, page_of_found
from tiejun.marketing.queries.sources import sources
from tiejun.marketing.queries.tags import leads_of_tag
from tiejun.org.queries.units import districts_of_asker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.customers.queries.finding import Needle
    from tiejun.fields.rules import FieldTerms
    from tiejun.marketing.models.campaigns import Source

ORDER = ("-last_activity_at", "-id")
BY_CHANCE = ("-score__p_sign", "-id")
NOT_HELD = (None, "")  # due, holder
MOST_CANDIDATES = 2_000  # more leads than one person may hold


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """How a list of leads is cut; an empty value does not cut. `has_contact`: "yes", "no" or empty; `status` for lists of held leads.

    `custom`: by custom fields, as addresses say it.
    """

    text: str = ""
    pool_id: UUID | None = None
    district: str = ""
    industry: str = ""
    source_id: UUID | None = None
    intent: str = ""
    has_contact: str = ""
    mine: bool = False
    status: str = ""
    tag_id: UUID | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead in a list. `holder`: empty in the asker's own list; `refusal`: why the asker cannot claim it; `past_reasons`: why it came back, the latest first."""

    lead: Lead
    brief: CompanyBrief
    district: str
    industry: str
    registered_on: Any
    holder: str = ""
    due_at: datetime | None = None
    past_reasons: tuple[str, ...] = ()
    refusal: rules.Refusal | None = None
    seat: rules.SeatFacts | None = None
    sign_percent: float | None = None

    @property
    def place(self) -> str:
        """Return where the company is: its district and address, as far as they are known."""
        return " · ".join(part for part in (self.district, self.brief.address) if part)

    @property
    def intent_words(self) -> str:
        """Return the intent in the reader's language."""
        return str(texts.INTENTS[self.lead.intent])

    @property
    def past_words(self) -> list[str]:
        """Return why it came back, in the reader's language."""
        words = {**texts.ENDS, **{code.value: said for code, said in texts.RELEASE_REASONS.items()}}
        return [str(words[reason]) for reason in self.past_reasons]

    @property
    def offers_swap(self) -> bool:
        """Tell whether the place is all that is missing: another lead could go for this one."""
        return self.refusal is rules.Refusal.CAP_REACHED

    @property
    def why_not(self) -> str:
        """Return the words of the refusal, empty when it can be claimed."""
        if self.refusal is None or self.seat is None:
            return ""
        seat = self.seat
        return refusals.words_of(
            self.refusal, held=seat.held, cap=seat.cap, claims=seat.claims_today, limit=seat.daily_limit
        )


@dataclass(frozen=True, slots=True)
class LeadsPage:
    """A page of leads; `seat` is the asker's place, None for who cannot claim; `estimate`: about how many there are."""

    lines: list[LeadLine]
    next: str | None
    previous: str | None
    estimate: int
    seat: rules.SeatFacts | None
    is_too_short: bool = False


def pool_page(
    scope: Scope, filters: LeadFilters, cursor: str | None, now: datetime, size: int = 30, *, by_chance: bool = False
) -> LeadsPage:
    """Return a page of the pools that the asker may look into, with why each cannot be claimed.

    The last active come first; with a text, the newest companies; `by_chance` without one, those most likely to sign.
    """
    rows = pooled_rows(scope, filters)
    whole = rows.select_related("company", "pool").defer("company__search_grams")
    if by_chance and not filters.text:
        scored = whole.filter(score__p_sign__isnull=False).select_related("company", "pool", "score")
        page, too_short = keyset.page(scored, order=BY_CHANCE, cursor=cursor, size=size), False
    else:
        page, too_short = _page(scope, rows, whole, filters.text, cursor, size=size, with_contacts=False)
    seat = seat_of_asker(scope, now)
    return LeadsPage(
        lines=pool_lines(scope, page.rows, seat, now),
        next=page.next_cursor,
        previous=page.previous_cursor,
        estimate=_estimate(rows, page),
        seat=seat,
        is_too_short=too_short,
    )


def pool_lines(scope: Scope, leads: list[Lead], seat: rules.SeatFacts | None, now: datetime) -> list[LeadLine]:
    """Return lines of the pool for leads that the asker may see."""
    ids = [lead.pk for lead in leads]
    known = briefs(scope, [lead.company_id for lead in leads])
    cooling = cooling_until(scope, scope.person_id, ids, now) if scope.person_id else {}
    reasons, chances = _past_reasons(ids), sign_percents(scope, ids)
    lines = []
    pools = claimable_pools(scope) if seat else frozenset()
    for lead in leads:
        facts = lead_facts(scope, lead, cooling.get(lead.pk), pools)
        lines.append(
            LeadLine(
                lead=lead,
                brief=known[lead.company_id],
                district=district_name(lead.district_code),
                industry=lead.company.industry,
                registered_on=lead.company.registered_on,
                past_reasons=tuple(reasons.get(lead.pk, ())),
                refusal=rules.why_not_claim(seat, facts, now) if seat else None,
                seat=seat,
                sign_percent=chances.get(lead.pk),
            )
        )
    return lines


def seat_of_asker(scope: Scope, now: datetime) -> rules.SeatFacts | None:
    """Return the asker's place at the pools, None when the asker claims nothing."""
    if scope.person_id is None or not scope.can(Ability.CLAIM_LEAD):
        return None
    return seat_facts(scope, holder_of_asker(scope, now), now, policies.book(now))


def own_seat(scope: Scope, now: datetime) -> rules.SeatFacts:
    """Return the asker's place at the pools; raises `PermissionRefused` for who cannot claim."""
    scope.require(Ability.CLAIM_LEAD)
    return seat_facts(scope, holder_of_asker(scope, now), now, policies.book(now))


def leads_page(scope: Scope, filters: LeadFilters, cursor: str | None = None, size: int = 30) -> LeadsPage:
    """Return a page of held leads within reach of VIEW_LEADS, the last active first; with a text, the newest companies first."""
    rows = held_rows(scope, filters)
    page, too_short = _page(scope, rows, rows, filters.text, cursor, size=size, with_contacts=True)
    return LeadsPage(
        lines=held_lines(scope, page.rows),
        next=page.next_cursor,
        previous=page.previous_cursor,
        estimate=_estimate(rows, page),
        seat=None,
        is_too_short=too_short,
    )


LEAN = (
    "id", "company_id", "company__name", "status", "intent", "contact_wanted", "pool_id", "source_id", "district_code", "owner_id",
    "unit_id", "tenures_count", "last_activity_at", "next_step_at", "created_at", "version", "custom", "score__p_sign",
)  # fmt: skip


def lean_page(
    scope: Scope, filters: LeadFilters, cursor: str | None, size: int, *, in_pool: bool, by_chance: bool = False
) -> Page[Any]:
    """Return a page of leads for a program, each as a mapping of the columns `LEAN`, in the order of the pages."""
    rows = pooled_rows(scope, filters, _lean()) if in_pool else held_rows(scope, filters, _lean())
    wanted = needle(scope, filters.text, with_contacts=not in_pool) if filters.text else None
    if wanted is None and by_chance:
        return keyset.page(rows.filter(score__p_sign__isnull=False), order=BY_CHANCE, cursor=cursor, size=size)
    if wanted is None:
        return keyset.page(rows, order=ORDER, cursor=cursor, size=size)
    return page_of_found(scope, rows, wanted, cursor=cursor, size=size)


@cache
def _lean() -> ScopedQuerySet[Lead]:
    """Return all leads as mappings of the columns `LEAN`: their names are looked up once and not by every request."""
    rows: ScopedQuerySet[Lead] = Lead.objects.values(*LEAN)
    return rows


def pooled_rows(scope: Scope, filters: LeadFilters, leads: ScopedQuerySet[Lead] | None = None) -> QuerySet[Lead, Any]:
    """Return the leads of the pools that the asker may look into, cut but for the text; `leads`: all of them, as they are to be read."""
    scope.require(Ability.VIEW_POOL)
    pools = [pool_id for pool_id in visible_pool_ids(scope) if filters.pool_id in (None, pool_id)]
    rows = (Lead.objects.all() if leads is None else leads).filter(status=Lead.Status.POOLED, pool__in=pools)
    return _filtered(scope, rows, filters, in_pool=True)


def held_rows(scope: Scope, filters: LeadFilters, leads: ScopedQuerySet[Lead] | None = None) -> QuerySet[Lead, Any]:
    """Return the held leads within reach of VIEW_LEADS, cut but for the text; `leads` as `pooled_rows`."""
    scope.require(Ability.VIEW_LEADS)
    among = Lead.objects.all() if leads is None else leads
    rows: QuerySet[Lead, Any] = among.within(scope, Ability.VIEW_LEADS).filter(owner__isnull=False)
    if filters.mine and scope.person_id:
        rows = rows.filter(owner=scope.person_id)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.pool_id:
        rows = rows.filter(pool=filters.pool_id)
    return _filtered(scope, rows, filters)


def my_leads_page(scope: Scope, filters: LeadFilters, now: datetime, *, sort: str = "due") -> LeadsPage:
    """Return the asker's private pool whole (it has a cap): by due date, by last activity, or overdue next steps first.

    `sort`: due, activity or step.
    """
    rows = _filtered(scope, Lead.objects.filter(owner=scope.own_id, status=Lead.Status.PRIVATE), filters)
    wanted = needle(scope, filters.text, with_contacts=True) if filters.text else None
    if wanted is not None:
        rows = rows.filter(company__in=candidates_of(scope, wanted, rows))
    leads = list(rows.order_by(*ORDER))
    lines = held_lines(scope, leads, is_own=True)
    keys: dict[str, Any] = {
        "due": lambda line: (line.due_at is None, line.due_at or now),
        "step": lambda line: (line.lead.next_step_at is None, line.lead.next_step_at or now),
        "activity": lambda _line: 0,
    }
    lines.sort(key=keys.get(sort, keys["due"]))
    return LeadsPage(lines, None, None, len(lines), seat_of_asker(scope, now), bool(filters.text) and wanted is None)


def candidates_of(scope: Scope, wanted: Needle, rows: QuerySet[Lead]) -> list[UUID]:
    """Return which companies of a short list of leads a needle finds."""
    own = set(rows.values_list("company", flat=True))
    found = candidates(scope, wanted, MOST_CANDIDATES, among=own)
    return found or []


def held_lines(scope: Scope, leads: list[Lead], *, is_own: bool = False) -> list[LeadLine]:
    """Return lines of held leads; `is_own`: all are the asker's."""
    known = briefs(scope, [lead.company_id for lead in leads])
    # What one person holds is found by the person: no list of ids to build, send and read.
    held = {"person": scope.own_id} if is_own else {"lead__in": [lead.pk for lead in leads]}
    holder = Value("") if is_own else F("person__name")
    tenures = LeadTenure.objects.filter(**held, ended_at=None).values_list("lead", "due_at", holder)
    due = {lead_id: (due_at, name) for lead_id, due_at, name in tenures}
    return [
        LeadLine(
            lead=lead,
            brief=known[lead.company_id],
            district=district_name(lead.district_code),
            industry="",
            registered_on=None,
            due_at=due.get(lead.pk, NOT_HELD)[0],
            holder=due.get(lead.pk, NOT_HELD)[1],
        )
        for lead in leads
    ]


def _estimate(rows: QuerySet[Lead], page: Page[Lead]) -> int:
    if page.next_cursor is None and page.previous_cursor is None:
        return len(page.rows)
    return max(keyset.estimated_count(rows), len(page.rows) + 1)


def _filtered(scope: Scope, rows: QuerySet[Lead], filters: LeadFilters, *, in_pool: bool = False) -> QuerySet[Lead]:
    equal = {"district_code": filters.district, "source": filters.source_id, "intent": filters.intent}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if filters.industry:
        rows = rows.filter(company__industry__startswith=filters.industry)
    if filters.tag_id is not None:
        rows = rows.filter(pk__in=leads_of_tag(scope, filters.tag_id))
    if filters.has_contact:
        rows = rows.filter(contact_wanted=filters.has_contact == "no")
    if filters.custom:
        rows = cut_rows(scope, rows, fields_to_filter(scope, in_pool=in_pool), filters.custom)
    return rows


def fields_to_filter(scope: Scope, *, in_pool: bool) -> list[FieldTerms]:
    """Return the custom fields by which a list of leads may be cut: of a pool, those that are seen before a claim."""
    return [terms for terms in fields_of(scope, Subject.LEAD) if terms.is_open or not in_pool]


def _page(
    scope: Scope,
    rows: QuerySet[Lead],
    loaded: QuerySet[Lead],
    text: str,
    cursor: str | None,
    *,
    size: int,
    with_contacts: bool,
) -> tuple[Page[Lead], bool]:
    """Cut a page of `rows` with what `loaded` loads of them; with a text, leads whose company it finds. Also: whether the text was too short."""
    wanted = needle(scope, text, with_contacts=with_contacts) if text else None
    if wanted is None:
        return keyset.page(loaded, order=ORDER, cursor=cursor, size=size), bool(text)
    found = page_of_found(scope, rows.values("id", "company_id"), wanted, cursor=cursor, size=size)
    return loaded_page(scope, found, loaded), False


def _past_reasons(lead_ids: list[UUID]) -> dict[UUID, list[str]]:
    rows = LeadTenure.objects.filter(lead__in=lead_ids, ended_at__isnull=False).order_by("-ended_at")
    reasons: dict[UUID, list[str]] = {}
    for lead_id, end, release in rows.values_list("lead", "end_reason", "release_reason"):
        kept = reasons.setdefault(lead_id, [])
        if len(kept) < 3:
            kept.append(release or end)
    return reasons


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters of a list of leads offer: (value, words)."""

    pools: list[Pool]
    sources: list[Source]
    districts: list[tuple[str, str]]


def filter_choices(scope: Scope) -> FilterChoices:
    """Return the pools, sources and districts that the asker may filter by."""
    return FilterChoices(
        pools=visible_pools(scope) if scope.can(Ability.VIEW_POOL) else [],
        sources=sources(scope),
        districts=[(found.code, found.name) for found in districts_of_asker(scope)],
    )
