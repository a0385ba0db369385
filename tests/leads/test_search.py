"""Every way of finding leads by a part of their company's name answers exactly what a look at each name would."""

import random
from datetime import timedelta
from itertools import accumulate, cycle, product
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_lead, make_pool
from tests.factories.org import NOW, make_company_tree, make_person, scope_for
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.customers.models import Company
from tiejun.customers.queries import finding
from tiejun.customers.queries.ages import Ages
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import pinyin_initials
from tiejun.foundation.ids import made_at_ms
from tiejun.leads.models import Lead, Pool, PoolMember
from tiejun.leads.queries import search
from tiejun.leads.queries.lists import LeadFilters, leads_page, lean_page
from tiejun.leads.queries.pools import open_pools, visible_pool_ids
from tiejun.org.models import Person

pytestmark = pytest.mark.django_db

PLACE, KIND, TRADE = "\u676d\u5dde", "\u6709\u9650\u516c\u53f8", "\u79d1\u6280"  # hz, yxgs, kj
BRANDS = ("\u4e91\u56fe", "\u56fe\u4e91", "\u4e91\u4e91\u56fe", "A8", "(\uff21b)\u4e91")  # yt, ty, yyt
TERMS = (
    "\u4e91\u56fe", "\u4e91\u56fe\u79d1", f"\u56fe{TRADE}", TRADE, KIND, f"{TRADE}{KIND}", "\u5dde\u6709", "\u5ddeA",
    "yt", "ytkj", "kjyxgs", "gs", "sg", "a8", "a8kj", "ab", "abykj", "\u56fe\u6280", "ytyx", "%%", "__", "\u4e91_",
)  # fmt: skip


def made_at(ms: int) -> UUID:
    return UUID(int=ms << 80 | 7 << 76 | 2 << 62 | random.Random(ms).getrandbits(62))


@pytest.fixture
def rep() -> Person:
    tree = make_company_tree()
    person = make_person(unit=tree.group)
    pool = make_pool()
    choose = random.Random(4)
    # Now within a second, now days and years apart.
    moments = accumulate(
        cycle((40, 4_100, 70_000, 1, 86_400_000, 3_600_000, 30 * 86_400_000)), initial=1_690_000_000_000
    )
    names = product(BRANDS, (TRADE, "", TRADE[::-1]), (KIND, ""))
    for n, ((brand, trade, kind), ms) in enumerate(zip(names, moments, strict=False)):
        company = make_company(
            f"{PLACE}{n if n % 5 == 0 else ''}{brand}{trade}{kind}", city_code=f"33{n:04}", id=made_at(ms)
        )
        lead = make_held_lead(person, tree.group, company=company) if n % 3 == 0 else make_lead(company, pool=pool)
        # Few distinct moments, so that pages are cut between leads of the same one.
        Lead.objects.filter(pk=lead.pk).update(last_activity_at=NOW - timedelta(hours=choose.randrange(8)))
    return person


# What the statistics say of every gram's share, and what steps and looks are said to cost.
WAYS = {
    "by the index": (0.0001, {}),
    "by the index without statistics": (0.0, {}),
    "by the leads": (0.5, {}),
    "by a walk, else the index": (0.5, {"LOOK_US": 1e9}),
    "by a walk, else the leads": (0.5, {"WALK_US": 0.0}),
    "by the index of the newest, else the whole": (
        0.5,
        {"WALK_US": 1e9, "LOOK_US": 1e9, "STRETCH_US": -1e9, "LONGER": (1, 1)},
    ),
    "by the index of the newest, some of them fresh": (0.5, {"WALK_US": 1e9, "STRETCH_US": -1e9}),
}


@pytest.fixture(params=WAYS)
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    share, costs = WAYS[request.param]
    costs = {"SHORTEST_WALK": 12, "LONGEST_WALK": 12, "ASK_US": 0, **costs}
    for name, value in costs.items():
        monkeypatch.setattr(search, name, value)
    if "STRETCH_US" not in costs:
        given = finding.Shares(1_000_000.0 if share else 0.0, {}, {}, share)
        monkeypatch.setattr(finding, "_shares", lambda: given)
        return
    monkeypatch.setattr(
        finding, "_shares", lambda: finding.Shares(30.0, {}, {}, share, ages_of("fresh" in request.param))
    )
    monkeypatch.setattr(search, "_estimated", lambda _leads: 30)


def ages_of(has_fresh: bool) -> Ages:
    moments = [made_at_ms(pk) for pk in Company.objects.order_by("pk").values_list("pk", flat=True)]
    known = moments[:-10:2] if has_fresh else moments[::2]
    return Ages(tuple(known), 2.0, 10.0 if has_fresh else 0.0)


def expected(text: str, *, pooled: bool) -> list[UUID]:
    rows = Lead.objects.filter(owner__isnull=pooled).select_related("company").order_by("-company_id", "-pk")
    plain = folded(text)
    if len(plain) < 2:
        return [row.pk for row in rows.order_by("-last_activity_at", "-pk")]
    return [row.pk for row in rows if plain in folded(row.company.name) or plain in pinyin_initials(row.company.name)]


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("pooled", [True, False])
@pytest.mark.parametrize("text", TERMS)
def test_pages_hold_every_lead_that_is_called_so_and_no_other_forwards_and_back(
    rep: Person, text: str, pooled: bool
) -> None:
    scope, wanted = scope_for(rep), expected(text, pooled=pooled)
    filters = LeadFilters(text=text)

    forwards, cursor, pages = [], None, []
    while True:
        page = lean_page(scope, filters, cursor, 4, in_pool=pooled)
        pages.append(page)
        forwards += [row["id"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    back, cursor = [row["id"] for row in pages[-1].rows], pages[-1].previous_cursor
    while cursor is not None:
        page = lean_page(scope, filters, cursor, 4, in_pool=pooled)
        back = [row["id"] for row in page.rows] + back
        cursor = page.previous_cursor

    assert forwards == back == wanted


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("text", [term for term in TERMS if len(folded(term)) > 1])
def test_palette_finds_the_newest_companies_of_them(rep: Person, text: str) -> None:
    found = search.search(scope_for(rep), text, 3)

    assert [lead.pk for lead in found] == expected(text, pooled=False)[:3]


def test_stretch_of_time_is_told_by_the_same_index_as_the_grams(rep: Person) -> None:
    scope = scope_for(rep)
    wanted = finding.needle(scope, "yt", with_contacts=False)
    assert wanted is not None
    asked = finding.out_of_index(
        scope, wanted, start=None, upwards=False, made_in=ages_of(has_fresh=False).stretch(None, 3, upwards=False)
    )

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {asked.sql}", asked.given)
        plan = "".join(row[0] for row in cursor.fetchall())

    (condition,) = (part.split("Filter")[0] for part in plan.split("Index Cond: ")[1:])
    assert "companies_by_name_part" in plan
    assert "search_grams &&" in condition
    assert "ARRAY" in condition


def test_ages_are_read_from_the_statistics_and_hold_the_newest_companies(rep: Person) -> None:
    newest = [str(pk) for pk in Company.objects.order_by("-pk").values_list("pk", flat=True)]
    make_company(city_code="440300", id=uuid4())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_company")

    ages = finding._read_shares().ages
    stretch = ages.stretch(None, 5, upwards=False)

    assert stretch is not None
    held = [pk for pk in newest if any(pk.startswith(beginning) for beginning in stretch.beginnings)]
    assert len(held) >= 3  # about five: how they lie between two moments is not known
    assert held == newest[: len(held)]
    assert len(held) < len(newest) / 2


def test_text_of_one_character_cuts_nothing_and_is_said_to_be_too_short(rep: Person) -> None:
    page = leads_page(scope_for(rep), LeadFilters(text="\u4e91"), size=50)

    assert (page.is_too_short, [line.lead.pk for line in page.lines]) == (True, expected("", pooled=False))


@pytest.mark.parametrize("pooled", [True, False])
def test_cursor_of_a_list_by_activity_begins_a_search_at_its_beginning(rep: Person, pooled: bool) -> None:
    scope = scope_for(rep)
    by_activity = lean_page(scope, LeadFilters(), None, 2, in_pool=pooled)

    page = lean_page(scope, LeadFilters(text=KIND), by_activity.next_cursor, 3, in_pool=pooled)

    assert [row["id"] for row in page.rows] == expected(KIND, pooled=pooled)[:3]
    assert page.previous_cursor is None


def test_last_four_digits_find_companies_by_contact_and_by_name_the_newest_first(rep: Person) -> None:
    unit = Lead.objects.filter(owner=rep).select_related("unit")[0].unit
    assert unit is not None
    by_number = make_held_lead(rep, unit, company=make_company(f"{PLACE}{TRADE}", city_code="440100"))
    make_contact(by_number.company, phone="13900002026")
    by_name = make_held_lead(rep, unit, company=make_company(f"{PLACE}2026", city_code="440200"))

    page = leads_page(scope_for(rep), LeadFilters(text="2026"))

    assert [line.lead.pk for line in page.lines] == [by_name.pk, by_number.pk]


def test_search_of_a_pool_that_is_not_to_be_seen_finds_nothing(rep: Person) -> None:
    page = lean_page(scope_for(rep), LeadFilters(text=KIND, pool_id=UUID(int=1)), None, 3, in_pool=True)

    assert (page.rows, page.next_cursor, page.previous_cursor) == ([], None, None)


def test_ids_of_visible_pools_are_those_of_the_visible_pools_for_everybody() -> None:
    tree, now = make_company_tree(), NOW
    askers = [
        make_person(unit=tree.group),
        make_person(unit=tree.other_group),
        make_person(unit=tree.region, role=Role.REGIONAL_MANAGER),
        make_person(unit=tree.company, role=Role.SALES_HEAD),
        make_person(unit=tree.company, role=Role.SALES_OPS),
        make_person(unit=tree.company, role=Role.HR),
    ]
    for unit in (None, tree.company, tree.region, tree.group, tree.other_group):
        for listed_only in (False, True):
            make_pool(unit=unit)
            pool = make_pool(unit=unit)
            Pool.objects.filter(pk=pool.pk).update(is_listed_only=listed_only)
            PoolMember.objects.create(pool=make_pool(unit=unit), unit=tree.group, added_at=now)
            PoolMember.objects.create(pool=pool, person=askers[1], is_administrator=True, added_at=now)
    Pool.objects.filter(pk__in=Pool.objects.order_by("pk").values("pk")[:3]).update(closed_at=now)
    scopes = [*(scope_for(person) for person in askers), Scope.system("test")]

    found = [sorted(visible_pool_ids(scope)) for scope in scopes]

    assert found == [
        sorted(pool.pk for pool in open_pools(scope)) if scope.can(Ability.VIEW_POOL) else [] for scope in scopes
    ]
    assert len({len(ids) for ids in found}) > 3
