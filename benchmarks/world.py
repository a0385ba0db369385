"""The people of the measured company: reps in groups, rivals, a head of sales; each with a token and a session."""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from benchmarks.names import WORDS
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.rules import tokens as token_rules
from tiejun.foundation.ids import new_id
from tiejun.leads.models import Pool
from tiejun.marketing.models import Source
from tiejun.org.models import Login, Person, Position, Unit

GROUPS, REPS_PER_GROUP, RIVALS = 20, 10, 50
JOINED = date(2023, 3, 1)


@dataclass(frozen=True)
class Member:
    """A person who can be asked for: where they belong, and how they sign in."""

    person_id: UUID
    unit_id: UUID
    token: str
    cookie: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header of a program."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def browser(self) -> dict[str, str]:
        """The headers of a browser that signed in."""
        return {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}",
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
        }


@dataclass(frozen=True)
class World:
    """Who and what the measurements speak of."""

    pool_id: UUID
    source_id: UUID
    reps: list[Member]
    rivals: list[Member]
    supervisor: Member
    importer: Member


def build() -> World:
    """Found the company and let everybody join; the database must be empty."""
    company = _unit(WORDS["company"], Unit.Kind.COMPANY, None)
    region = _unit(WORDS["region"], Unit.Kind.REGION, company)
    groups = [_unit(f"{WORDS['group']} {n}", Unit.Kind.GROUP, region) for n in range(1, GROUPS + 1)]
    reps = [_member(f"rep{n}", Role.REP, groups[n % GROUPS]) for n in range(GROUPS * REPS_PER_GROUP)]
    rivals = [_member(f"rival{n}", Role.REP, groups[n % GROUPS]) for n in range(RIVALS)]
    return World(
        pool_id=Pool.objects.values_list("pk", flat=True).order_by("name")[0],
        source_id=Source.objects.values_list("pk", flat=True).get(code="IMPORT"),
        reps=reps,
        rivals=rivals,
        supervisor=_member("supervisor", Role.SUPERVISOR, groups[0]),
        importer=_member("importer", Role.SALES_OPS, company),
    )


def stored(world: World) -> dict[str, object]:
    """The world as plain values, for a folder that is kept."""
    return asdict(world)


def restored(values: dict) -> World:
    """The world of a kept folder, everybody signed in anew: sessions end, and how one signs in may have changed since."""

    def member(row: dict) -> Member:
        session = SessionStore(row["cookie"])
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.save()
        return Member(UUID(row["person_id"]), UUID(row["unit_id"]), row["token"], row["cookie"])

    many = {name: [member(row) for row in values[name]] for name in ("reps", "rivals")}
    one = {name: member(values[name]) for name in ("supervisor", "importer")}
    return World(UUID(values["pool_id"]), UUID(values["source_id"]), **many, **one)


def _unit(name: str, kind: Unit.Kind, parent: Unit | None) -> Unit:
    unit_id = new_id()
    path = f"{parent.path}/{unit_id}" if parent else str(unit_id)
    return Unit.objects.create(id=unit_id, name=name, kind=kind, parent=parent, path=path, city_code="330100")


def _member(name: str, role: Role, unit: Unit) -> Member:
    now = datetime.now(UTC)
    person = Person.objects.create(
        name=name, name_initials=name, staff_number=name, joined_on=JOINED, first_field_on=JOINED
    )
    Position.objects.create(person=person, role=role, unit=unit, starts_on=JOINED)
    login = Login(person=person, username=name, date_joined=now)
    login.set_unusable_password()
    login.save()
    secret = token_rules.SECRET_MARK + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        login=login,
        name="benchmark",
        prefix=secret[: token_rules.PREFIX_LENGTH],
        digest=token_rules.digest_of(secret),
        abilities=sorted(ability.value for ability in Ability if ability not in token_rules.NEVER_IN_A_TOKEN),
        made_at=now,
        expires_at=now + timedelta(days=30),
    )
    return Member(person.pk, unit.pk, secret, _session(login))


def _session(login: Login) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session["second_factor_seen"] = True
    session.create()
    return str(session.session_key)
