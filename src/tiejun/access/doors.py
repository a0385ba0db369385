"""The write door: permission, client key, transaction with retry, exactly one audit row."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.db import OperationalError, transaction

from tiejun.foundation import audit, idempotency

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope

P = ParamSpec("P")
R = TypeVar("R")

# 40001 serialization_failure, 40P01 deadlock_detected
RETRIED_STATES = frozenset({"40001", "40P01"})
ATTEMPTS = 4


def action(ability: Ability) -> Callable[[Callable[Concatenate[Scope, P], R]], Callable[Concatenate[Scope, P], R]]:
    """Make a function a write of the product.

    It then runs only for a scope that can do `ability` (else `PermissionRefused`, nothing opened), in one transaction,
    leaves exactly one audit row of its own (`AuditMissing` otherwise) and, when it is the outermost action of a request
    that carries a client key, at most once for that key: a repeat returns the first result, another body raises
    `KeyReused`. Deadlocks and serialisation failures are tried again up to three times.
    """

    def decorate(function: Callable[Concatenate[Scope, P], R]) -> Callable[Concatenate[Scope, P], R]:
        name = f"{function.__module__.removeprefix('tiejun.').split('.')[0]}.{function.__name__}"

        @functools.wraps(function)
        def door(scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> R:
            scope.require(ability)
            if audit.is_open():
                # No savepoint: a caller that goes on after a refusal opens its own, any other is rolled back whole.
                with transaction.atomic(savepoint=False), audit.nested(name):
                    return function(scope, *args, **kwargs)
            return _outermost(name, lambda: function(scope, *args, **kwargs))

        door.__ability__ = ability  # type: ignore[attr-defined] # what the check of all doors reads
        door.__signature__ = inspect.signature(function)  # type: ignore[attr-defined] # what the checks of arguments read
        return door

    return decorate


def _outermost(name: str, body: Callable[[], R]) -> R:
    key = idempotency.take()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), audit.collecting(name):
                if key is None:
                    return body()
                return idempotency.once(key, name, body)
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            in_test_or_caller = transaction.get_connection().in_atomic_block
            if state not in RETRIED_STATES or attempt == ATTEMPTS or in_test_or_caller:
                raise
    raise AssertionError(name)
