"""The start of a process: all the code is read, and nearly none of what that makes becomes garbage."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


# So many more objects than at its last look make the collector look again: a page makes thousands, hardly any in a circle.
YOUNG, GENERATIONS = 25_000, 20


@contextmanager
def uncollected() -> Iterator[None]:
    """Read code without looking for garbage, and never look at again what was read.

    The collector would walk the growing heap over and over, a quarter of a start's processor time. What stands at the end
    lives as long as the process; frozen, it costs later collections nothing. Those come seldom: that saves a page a twentieth.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG, GENERATIONS, GENERATIONS)
        gc.enable()
