"""The search for a day's plan: beside the web server and the worker, greedy elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from tiejun.engines.routing import apart
from tiejun.engines.routing.solving import greedy

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.engines.routing.problem import Answer, Problem

FEW_STOPS = 3  # so few that inserting finds what searching would


def answer_to(scope: Scope, problem: Problem, *, patient: bool) -> Answer:  # noqa: ARG001 -- a problem names nobody
    """Return the best day found: searched, or greedy where nobody can wait for the search to be ready."""
    if not settings.SEARCHES_PLANS or not problem.rounds or len(problem.stops) < FEW_STOPS:
        return greedy(problem)
    return apart.solved(problem) if patient else apart.solved_soon(problem)


def warm_search(scope: Scope) -> None:  # noqa: ARG001 -- as above
    """Let the search get ready: somebody looks at a plan that may be planned anew."""
    if settings.SEARCHES_PLANS:
        apart.warm()
