"""Finding companies by what people type: part of a name, pinyin initials, credit code, telephone, contact.

A typed part of a name is exact: the index of grams brings the candidates, the name or its initials are looked at for each.
How many candidates there are at most is known without asking: the rarest gram's share of all companies, from the statistics
that PostgreSQL keeps. (Its own estimate multiplies the shares as if grams were independent; those of a legal form are not,
and a search for what four names of five contain would be taken for a rare one.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.customers.models import Company, Contact
from tiejun.engines.names.credit_code import LENGTH, normalise_credit_code
from tiejun.engines.names.folding import folded
from tiejun.engines.names.phone import normalise_phone
from tiejun.engines.names.search import NameQuery, name_query
from tiejun.foundation.crypto import blind_index

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

LAST_FOUR = 4
SHORTEST_PHONE = 7
MOST_BY_CONTACT = 500
SEARCHES_KEPT = 200
MUCH_LONGER = 10
# The mean share of a gram that is not common, as a part of the most that it can be: measured on 31,507 registered names.
UNCOMMON = 0.1
MANY = 20_000  # companies that take about a tenth of a second to be looked at one by one


@dataclass(frozen=True, slots=True)
class Odds:
    """How many of all `companies` hold a part of a name, by PostgreSQL's statistics: likely, and at the most. 0 while it has none."""

    likely: float = 0.0
    at_most: float = 0.0
    companies: float = 0.0


@dataclass(frozen=True, slots=True)
class Needle:
    """What a typed text means: companies with this part of a `name`, or one of `company_ids` (None: the text names none).

    `rare`: those of its grams that are worth asking the index for, the rarest first.
    """

    name: NameQuery | None
    company_ids: tuple[UUID, ...] | None
    odds: Odds = Odds()
    rare: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        """Return the filter on Company, for a table that PostgreSQL orders and cuts as it thinks best."""
        # Of a common part's grams only the rarest: their shares multiplied would let it seem rare.
        common = self.name and not self.name.any_will_do and self.odds.at_most > MANY
        by_id = Q(pk__in=self.company_ids) if self.company_ids is not None else None
        if self.name is None:
            return by_id if by_id is not None else Q(pk__in=[])
        grams, text = list(self.rare[:1] if common else self.name.grams), self.name.text
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
    return Needle(part, company_ids, shares.odds_of(part), shares.rare_of(part))


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


def out_of_index(scope: Scope, wanted: Needle, *, start: UUID | None, upwards: bool) -> Statement:
    """Return the selection of the `id` of all companies that a needle finds from `start` on, asking the index of grams; in no order."""
    ways, given = [], []
    if wanted.name is not None:
        named = looked_at(scope, wanted.name)
        ways.append(f"c.search_grams {'&&' if wanted.name.any_will_do else '@>'} %s::int[] AND {named.sql}")
        given += [list(wanted.rare), *named.given]
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

    `beginning`: the sum of the shares of the grams that begin alike (the lower 16 bits).
    """

    companies: float
    of: dict[int, float]
    beginning: dict[int, float]
    rest: float

    def odds_of(self, part: NameQuery) -> Odds:
        """Estimate a part gram by gram, each given how the one before it ends (a Markov chain of the first order)."""
        if part.any_will_do:  # all that begin alike
            others = sum(gram not in self.of for gram in part.grams)
            share = self.beginning.get(part.grams[0] & 0xFFFF, 0.0) + others * self.rest * UNCOMMON
            return Odds(share * self.companies, share * self.companies, self.companies)
        each = [self.of.get(gram, self.rest) for gram in part.grams]
        likely = each[0]
        for gram, share in zip(part.grams[1:], each[1:], strict=True):
            likely *= share / max(self.beginning.get(gram & 0xFFFF, 0.0), share, 1e-9)
        return Odds(min(likely, *each) * self.companies, min(each) * self.companies, self.companies)

    def rare_of(self, part: NameQuery) -> tuple[int, ...]:
        """Return the grams that are worth asking for: a list that is much longer than the rarest's costs more than it spares."""
        if part.any_will_do:
            return part.grams
        each = sorted((self.of.get(gram, self.rest), gram) for gram in part.grams)
        return tuple(gram for share, gram in each if share <= MUCH_LONGER * each[0][0])


_SHARES = """
    SELECT c.reltuples, s.most_common_elems::text::int[], s.most_common_elem_freqs
    FROM pg_class c JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
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
    companies, grams, shares = row or (0.0, [], [0.0])
    beginning: dict[int, float] = {}
    for gram, share in zip(grams, shares, strict=False):
        beginning[gram & 0xFFFF] = beginning.get(gram & 0xFFFF, 0.0) + share
    # Behind the shares PostgreSQL keeps the least and the most of them and the share of nulls.
    return Shares(companies, dict(zip(grams, shares, strict=False)), beginning, shares[len(grams)])
