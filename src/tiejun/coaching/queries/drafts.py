"""The summary of a day as it writes itself from what was said, for the coach to put into own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tiejun.coaching import texts

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.coaching.queries.plans import PlanView, PointLine


def draft_summary(scope: Scope, view: PlanView) -> dict[str, str]:  # noqa: ARG001 -- a day that the asker was given
    """Return the fields of the summary's form: strengths first, then each point visit by visit, then what to practise."""
    strengths = [_said(line.company, line.talk.strength) for line in view.talks]
    advice = [_said(line.company, line.talk.comment) for line in view.talks if line.talk.comment]
    parts = []
    if strengths:
        parts.append("\n".join([_("What went well:"), *strengths]))
    parts.append("\n".join([_("What we worked at:"), *(_way(line) for line in view.points)]))
    if advice:
        parts.append("\n".join([_("What to practise:"), *advice]))
    done_when = view.primary.point.done_when
    return {"text": "\n\n".join(parts), "next_step": done_when}


def _way(line: PointLine) -> str:
    if not line.ratings:
        return f"· {line.point.title}"
    seen = " → ".join(str(texts.RATINGS[one]) for one in line.ratings)
    return _said(line.point.title, seen)


def _said(what: str, words: str) -> str:
    return "· " + _("%(what)s: %(words)s") % {"what": what, "words": words}
