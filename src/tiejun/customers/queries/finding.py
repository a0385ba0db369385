"""Finding companies by what people type: part of a name, pinyin initials, credit code, telephone, contact.

A typed part of a name is exact: the index of grams brings the candidates, the name or its initials are looked at for each.
How many candidates there are at most is known without asking: the rarest gram's share of all companies, from the statistics
that PostgreSQL keeps. (Its own estimate multiplies the shares as if grams were independent; those of a legal form are not,
and a search for what four names of five contain would be taken for a rare one.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.customers.models import Company, Contact
from tiejun.customers.models.companies import BEGINNINGS
from tiejun.customers.queries.ages import UNKNOWN_AGES, Ages, Stretch
from tiejun.engines.names.credit_code import LENGTH, normalise_credit_code
from tiejun.engines.names.folding import folded
from tiejun.engines.names.phone import normalise_phone
from tiejun.engines.names.search import NameQuery, name_query
from tiejun.foundation.crypto import blind_index
from tiejun.foundation.ids import made_at_ms

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

LAST_FOUR = 4
SHORTEST_PHONE = 7
MOST_BY_CONTACT = 500
SEARCHES_KEPT = 200
_BEGINNINGS = BEGINNINGS.format(id="c.id")
# Measured: a company that the index brings takes 0.5 us to be looked at where its page was just read, and 2.6 us where others were;
# an entry of a list that the index reads takes 0.007 us.
BRING_US, ENTRY_US = 2.6, 0.007
# The mean share of a gram that is not common, as a part of the most that it can be: measured on 31,507 registered names.
UNCOMMON = 0.1
MANY = 20_000  # companies that take about a tenth of a second to be looked at one by one


@dataclass(frozen=True, slots=True)
class Odds:
    """How many of all `companies` hold a part of a name, by PostgreSQL's statistics: likely, and at the most. 0 while it has none.

    `index_us`: how long the index is likely to take to bring those that hold the grams it is asked for; `ages`: when the companies
    were made.
    """

    likely: float = 0.0
    at_most: float = 0.0
    index_us: float = 0.0
    companies: float = 0.0
    ages: Ages = UNKNOWN_AGES


@dataclass(frozen=True, slots=True)
class Needle:
    """What a typed text means: companies with this part of a `name`, or one of `company_ids` (None: the text names none).

    `asked`: those of its grams that are worth asking the index for, the rarest first.
    """

    name: NameQuery | None
    company_ids: tuple[UUID, ...] | None
    odds: Odds = Odds()
    asked: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        """Return the filter on Company, for a table that PostgreSQL orders and cuts as it thinks best."""
        # Of a common part's grams only the rarest: their shares multiplied would let it seem rare.
        common = self.name and not self.name.any_will_do and self.odds.at_most > MANY
        by_id = Q(pk__in=self.company_ids) if self.company_ids is not None else None
        if self.name is None:
            return by_id if by_id is not None else Q(pk__in=[])
        grams, text = list(self.asked[:1] if common else self.name.grams), self.name.text
        by_name = Q(search_grams__overlap=grams) if self.name.any_will_do else Q(search_grams__contains=grams)
        if self.name.is_letters:
            by_name &= Q(initials__contains=text)
        else:
            by_name &= Q(folded_name="", name__contains=text) | Q(folded_name__contains=text)
        return by_name | by_id if by_id is not None else by_name


def needle(scope: Scope, text: str, *, with_contacts: bool) -> Needle | None:
    """Read a typed text; None when it is too short to search by.

    `with_contacts`: full numbers and contact names are searched too, for rows whose contacts the asker may see. The last four
    digits are searched always: they are what a masked number shows.
    """
    typed = text.strip()
    plain, part = folded(typed), name_query(typed)
    if part is None:
        return None
    code = normalise_credit_code(typed)
    if len(code) == LENGTH and code.isascii():
        return Needle(None, tuple(Company.objects.filter(credit_code=code).values_list("pk", flat=True)))
    if plain.isascii() and plain.isdigit() and len(plain) == LAST_FOUR:
        return _named(part, _by_contact(Q(phone_last4=plain)))
    if not with_contacts or not scope.can(Ability.SEE_PHONE):
        return _named(part, None)
    if plain.isdigit() and len(plain) >= SHORTEST_PHONE:
        return Needle(None, _by_contact(Q(phone_index=blind_index(normalise_phone(typed)))))
    return _named(part, _by_contact(Q(name=typed)) or None)


def _named(part: NameQuery, company_ids: tuple[UUID, ...] | None) -> Needle:
    shares = _shares()
    asked = shares.asked_of(part)
    return Needle(part, company_ids, shares.odds_of(part, asked), asked)


def _by_contact(condition: Q) -> tuple[UUID, ...]:
    rows = Contact.objects.filter(condition, removed_at=None).values_list("company", flat=True)
    return tuple(dict.fromkeys(rows[:MOST_BY_CONTACT]))


def candidates(
    scope: Scope,  # noqa: ARG001 -- cut to the asker's rows by the caller
    wanted: Needle,
    limit: int,
    *,
    among: Collection[UUID] | None = None,
) -> list[UUID] | None:
    """Return the companies that a needle finds (anywhere, or `among` some), or None when there are more than `limit`."""
    rows = Company.objects.filter(wanted.condition)
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    found = list(rows.values_list("pk", flat=True)[: limit + 1])
    return found if len(found) <= limit else None


def companies_found(scope: Scope, wanted: Needle) -> QuerySet[Company]:  # noqa: ARG001 -- cut to the asker's rows by the caller
    """Return the companies that a needle finds, as a part of another query."""
    return Company.objects.filter(wanted.condition).only("pk")


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a statement in SQL with its parameters; asked by every search, so without the cost of composing it."""

    sql: str
    given: tuple[Any, ...]


def looked_at(
    scope: Scope,  # noqa: ARG001 -- cut to the asker's rows by the caller
    wanted: NameQuery,
) -> Statement:
    """Return the condition that looks at the name of a company `c` without asking the index of grams."""
    column = "c.initials" if wanted.is_letters else "COALESCE(NULLIF(c.folded_name, ''), c.name)"
    return Statement(f"strpos({column}, %s) > 0", (wanted.text,))


def out_of_index(
    scope: Scope, wanted: Needle, *, start: UUID | None, upwards: bool, made_in: Stretch | None = None
) -> Statement:
    """Return the selection of the `id` of all companies that a needle finds from `start` on, asking the index of grams; in no order.

    `made_in`: of a needle without `company_ids`, those alone that were made in a stretch of time.
    """
    ways, given = [], []
    if wanted.name is not None:
        named = looked_at(scope, wanted.name)
        made = f" AND ARRAY[{_BEGINNINGS}] && %s::text[]" if made_in else ""
        ways.append(f"c.search_grams {'&&' if wanted.name.any_will_do else '@>'} %s::int[]{made} AND {named.sql}")
        given += [list(wanted.asked), *([made_in.beginnings] if made_in else []), *named.given]
    if wanted.company_ids is not None:
        ways.append("c.id = ANY(%s::uuid[])")
        given.append(list(wanted.company_ids))
    begin = f" AND c.id {'>=' if upwards else '<='} %s" if start else ""
    sql = f"SELECT c.id FROM customers_company c WHERE ({' OR '.join(ways)}){begin}"  # noqa: S608
    return Statement(sql, (*given, *([start] if start else [])))


def on_a_walk(scope: Scope, wanted: NameQuery, *, start: UUID | None, upwards: bool, steps: int) -> Statement:
    """Return the selection of the next `steps` companies by id from `start` on (None: the newest): `id`, `is_called_so`."""
    named = looked_at(scope, wanted)
    begin = f"WHERE c.id {'>=' if upwards else '<='} %s" if start else ""
    return Statement(
        f"SELECT c.id, {named.sql} AS is_called_so FROM customers_company c {begin} "  # noqa: S608
        f"ORDER BY c.id {'ASC' if upwards else 'DESC'} LIMIT %s",
        (*named.given, *([start] if start else []), steps),
    )


@dataclass(frozen=True, slots=True)
class Shares:
    """How many companies there are, the share of them that holds each common gram, and the most of any other gram.

    `beginning`: the sum of the shares of the grams that begin alike (the lower 16 bits). `ages`: when the companies were made.
    """

    companies: float
    of: dict[int, float]
    beginning: dict[int, float]
    rest: float
    ages: Ages = UNKNOWN_AGES

    def odds_of(self, part: NameQuery, asked: tuple[int, ...]) -> Odds:
        """Estimate how many companies hold a part, and what it costs to ask the index for some of its grams."""
        if part.any_will_do:  # all that begin alike
            others = sum(gram not in self.of for gram in part.grams)
            share = self.beginning.get(part.grams[0] & 0xFFFF, 0.0) + others * self.rest * UNCOMMON
            likely, at_most, brought, read = share, share, share, share
        else:
            likely, brought = self._of_all(part.grams), self._of_all(_from_first_to_last(part.grams, asked))
            at_most = min(self._of(gram) for gram in part.grams)
            read = sum(self._of(gram) for gram in asked)
        index_us = (brought * BRING_US + read * ENTRY_US) * self.companies
        return Odds(likely * self.companies, at_most * self.companies, index_us, self.companies, self.ages)

    def asked_of(self, part: NameQuery) -> tuple[int, ...]:
        """Return the grams that are worth asking for: those whose list costs less than the looks at companies that it spares."""
        if part.any_will_do:
            return part.grams
        rarest, *others = sorted(part.grams, key=self._of)
        asked, brought = [rarest], self._of(rarest)
        for gram in others:
            fewer = self._of_all(_from_first_to_last(part.grams, [*asked, gram]))
            if (brought - fewer) * BRING_US > self._of(gram) * ENTRY_US:
                asked.append(gram)
                brought = fewer
        return tuple(asked)

    def _of(self, gram: int) -> float:
        return self.of.get(gram, self.rest)

    def _of_all(self, grams: Sequence[int]) -> float:
        """Estimate the share that holds all of some neighbours, each given how the one before it ends (a Markov chain of the first order)."""
        each = [self._of(gram) for gram in grams]
        likely = each[0]
        for gram, share in zip(grams[1:], each[1:], strict=True):
            likely *= share / max(self.beginning.get(gram & 0xFFFF, 0.0), share, 1e-9)
        return min(likely, *each)


def _from_first_to_last(grams: tuple[int, ...], asked: Sequence[int]) -> tuple[int, ...]:
    """Return the grams of a part from the first that is asked for to the last: who holds both ends mostly holds what is between them."""
    places = [grams.index(gram) for gram in asked]
    return grams[min(places) : max(places) + 1]


_SHARES = """
    SELECT c.reltuples, s.most_common_elems::text::int[], s.most_common_elem_freqs, i.histogram_bounds::text::uuid[],
           c.reltuples * (pg_relation_size(c.oid) / current_setting('block_size')::float / greatest(c.relpages, 1) - 1)
    FROM pg_class c JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
    LEFT JOIN pg_stats i ON i.schemaname = s.schemaname AND i.tablename = s.tablename AND i.attname = 'id'
    WHERE c.oid = 'customers_company'::regclass AND s.attname = 'search_grams' AND s.most_common_elems IS NOT NULL
"""
_kept: list[Shares] = []  # as often as it may be used before PostgreSQL is asked again


def _shares() -> Shares:
    """Return PostgreSQL's statistics of the grams, kept in the process for some searches: most of them ask without a statement."""
    try:
        return _kept.pop()
    except IndexError:
        fresh = _read_shares()
        _kept.extend([fresh] * SEARCHES_KEPT)
        return fresh


def _read_shares() -> Shares:
    with connection.cursor() as cursor:
        cursor.execute(_SHARES)
        row = cursor.fetchone()
    companies, grams, shares, bounds, since = row or (0.0, [], [0.0], None, 0.0)
    beginning: dict[int, float] = {}
    for gram, share in zip(grams, shares, strict=False):
        beginning[gram & 0xFFFF] = beginning.get(gram & 0xFFFF, 0.0) + share
    ages = _ages(companies, bounds or [], max(since, 0.0))
    # Behind the shares PostgreSQL keeps the least and the most of them and the share of nulls.
    return Shares(companies, dict(zip(grams, shares, strict=False)), beginning, shares[len(grams)], ages)


def _ages(companies: float, bounds: list[UUID], since: float) -> Ages:
    if len(bounds) < 2:
        return UNKNOWN_AGES
    each = companies / (len(bounds) - 1)
    # An identifier that does not tell its moment sorts behind those that do.
    moments = tuple(made_at_ms(bound) for bound in bounds if bound.version == 7)
    return Ages(moments, each, since + each * (len(bounds) - len(moments))) if len(moments) > 1 else UNKNOWN_AGES
