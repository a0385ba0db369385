"""Why a lead was given to a person: at most four reasons, the strongest first."""

from tiejun.engines.assignment.problem import Anchor, AnchorKind, Lead, Reason, ReasonCode, Rep, Weights
from tiejun.engines.geo import Point, distance_m

NEAR_MINUTES = 15
GOOD_FACTOR = 1.1
LIKELY_TIMES = 1.5
NEW_DAYS = 120
MOST = 4
_NEAR = {
    AnchorKind.A_CLASS: ReasonCode.NEAR_A_CLASS,
    AnchorKind.CUSTOMER: ReasonCode.NEAR_CUSTOMER,
    AnchorKind.HELD: ReasonCode.NEAR_HELD,
    AnchorKind.HOME: ReasonCode.NEAR_HOME,
}


class Reasons:
    """Tells one person's reasons; knows that person's best industry and the `usual` chance of tonight's leads."""

    def __init__(self, rep: Rep, weights: Weights, usual: float) -> None:
        self.rep, self.weights, self.usual = rep, weights, usual
        self.best = max(rep.factors, key=lambda name: (rep.factors[name], name), default="")

    def of(self, lead: Lead, minutes: int | None) -> tuple[Reason, ...]:
        """Return the reasons of a lead that lies `minutes` from the nearest anchor (None: not known)."""
        found = [self._place(lead, minutes), self._industry(lead), *self._lead(lead)]
        reasons = [reason for reason in found if reason is not None]
        return tuple(reasons[:MOST]) or (Reason(ReasonCode.BEST_FREE, {}),)

    def _place(self, lead: Lead, minutes: int | None) -> Reason | None:
        if lead.building:
            for anchor in self.rep.anchors:
                if anchor.building == lead.building:
                    is_home = anchor.kind is AnchorKind.HOME
                    code = ReasonCode.YOUR_BUILDING if is_home else ReasonCode.SAME_BUILDING
                    return Reason(code, {"name": anchor.name})
        if minutes is not None and minutes <= NEAR_MINUTES:
            nearest = self._nearest(lead)
            return Reason(_NEAR[nearest.kind], {"minutes": max(1, minutes), "name": nearest.name})
        return Reason(ReasonCode.IN_TERRITORY, {}) if self.rep.patches else None

    def _nearest(self, lead: Lead) -> Anchor:
        here = Point(lead.lng or 0.0, lead.lat or 0.0)
        return min(self.rep.anchors, key=lambda anchor: distance_m(here, Point(anchor.lng, anchor.lat)))

    def _industry(self, lead: Lead) -> Reason | None:
        factor = self.rep.factors.get(lead.industry, 1.0)
        if not lead.industry or factor < GOOD_FACTOR:
            return None
        code = ReasonCode.BEST_INDUSTRY if lead.industry == self.best else ReasonCode.GOOD_INDUSTRY
        return Reason(code, {"industry": lead.industry, "percent": round(100 * (factor - 1))})

    def _lead(self, lead: Lead) -> list[Reason | None]:
        return [
            self._likely(lead),
            Reason(ReasonCode.HIGH_INTENT, {}) if lead.intent == "HIGH" else None,
            Reason(ReasonCode.NEVER_CONTACTED, {}) if lead.is_fresh else None,
            Reason(ReasonCode.NEWCOMER_SHARE, {}) if lead.is_fresh and self.rep.fresh_wanted else None,
            Reason(ReasonCode.NEW_COMPANY, {"days": lead.age_days})
            if lead.age_days is not None and lead.age_days <= NEW_DAYS
            else None,
            Reason(ReasonCode.HELD_BEFORE, {"times": lead.holders}) if lead.holders else None,
        ]

    def _likely(self, lead: Lead) -> Reason | None:
        if not lead.is_learned or lead.chance < LIKELY_TIMES * self.usual:
            return None
        return Reason(ReasonCode.LIKELY_TO_SIGN, {"percent": _percent(lead.chance), "usual": _percent(self.usual)})


def _percent(chance: float) -> str:
    return f"{100 * chance:.1f}"
