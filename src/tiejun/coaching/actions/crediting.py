"""What a point brought: the deal that was signed through it, and a good word before the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching import locks
from tiejun.coaching.models import PointDeal, PointRating, Praise
from tiejun.coaching.rules import Rating, Refusal
from tiejun.coaching.rules.crediting import why_not_link, why_not_praise
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify, notify_all
from tiejun.org import queries as org
from tiejun.pipeline.queries import order_in_reach

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.COACH)
def link_deal(scope: Scope, *, point_id: UUID, order_id: UUID, note: str, now: datetime) -> PointDeal:
    """Confirm that an order was signed through a coached point, and tell the person.

    Raises `NotFound`, `Refused` (NOT_ONES_OWN_CHECK, NOT_SIGNED_BY_PERSON, SIGNED_BEFORE_COACHED, DEAL_LINKED).
    """
    point = locks.lock_point(scope, point_id, Ability.COACH)
    order = order_in_reach(scope, order_id)
    signed_on = order.signed_on if order.status == "SIGNED" and order.owner_id == point.person_id else None
    refusal = why_not_link(
        signed_on=signed_on,
        coached_on=point.first_coached_on,
        is_linked=PointDeal.objects.filter(point=point, order__number=order.number).exists(),
        is_self=point.person_id == scope.person_id,
    )
    if refusal:
        raise Refused(refusal)
    try:
        with transaction.atomic():
            row = PointDeal.objects.create(
                point=point, order=order, person_id=point.person_id, unit_id=point.unit_id, note=note.strip()[:300],
                confirmed_by_id=scope.own_id, confirmed_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(Refusal.DEAL_LINKED) from None
    notify(
        scope,
        person_id=point.person_id,
        code="coaching.deal_linked",
        facts={"number": order.number, "point": point.title},
        url="/coaching/mine/",
        dedupe_key=f"coaching.deal_linked:{row.pk}",
        now=now,
    )
    audit.record(scope, "coaching.deal_linked", row, order_id=order.pk)
    return row


@action(Ability.COACH)
def praise(scope: Scope, *, point_id: UUID, text: str, now: datetime) -> Praise:
    """Praise somebody before the team for a point that was seen done or found used; the team reads this text and nothing else.

    Raises `NotFound`, `Invalid`, `Refused` (NOT_ONES_OWN_CHECK, NOTHING_TO_PRAISE).
    """
    point = locks.lock_point(scope, point_id, Ability.COACH)
    was_done = PointRating.objects.filter(point=point, rating__gte=Rating.DONE).exists()
    refusal = why_not_praise(used=point.used, was_done=was_done, is_self=point.person_id == scope.person_id)
    if refusal:
        raise Refused(refusal)
    if not text.strip():
        raise Invalid(text=_("Say in a sentence what was done well."))
    row = Praise.objects.create(
        person_id=point.person_id, unit_id=point.unit_id, point=point, text=text.strip()[:300], given_by_id=scope.own_id,
        given_at=now,
    )  # fmt: skip
    today = business_day(now, scope.zone)
    team = org.members_in_reach(scope, Ability.COACH, on=today, unit_id=point.unit_id)
    names = org.names_of(scope, [point.person_id, scope.own_id])
    notify_all(
        scope,
        person_ids={member.person_id for member in team} | {point.person_id},
        code="coaching.praised",
        facts={"name": names[point.person_id], "coach": names[scope.own_id], "text": row.text},
        url="/inbox/",
        dedupe_key=f"coaching.praised:{row.pk}",
        now=now,
    )
    audit.record(scope, "coaching.praised", row)
    return row
