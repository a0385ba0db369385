"""Two processes live the demo's days side by side, each with half of the representatives."""

from __future__ import annotations

import gc
import multiprocessing
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from django.db import connection, connections, transaction

from tiejun.cli.demo.company import ZONE
from tiejun.cli.demo.deals import Money
from tiejun.cli.demo.life import Life, bring_in
from tiejun.cli.demo.night import tell
from tiejun.foundation.events import held_back
from tiejun.foundation.times import at_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from multiprocessing.connection import Connection

    from tiejun.cli.demo.company import DemoStaff, Rep
    from tiejun.cli.demo.supply import Card

CREWS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One working day: the leads that are waiting, and up to when the day is lived.

    `upcoming`: the day that the evening plans. After the last evening that is today, on a weekend, too: today is lived half-way.
    """

    day: date
    upcoming: date
    now: datetime
    is_recent: bool
    is_past: bool
    is_today: bool
    cards: list[Card]


class Crews:
    """The processes; `living` hands the same day to each and waits for all, `doing` an errand to each."""

    def __init__(self, staff: DemoStaff, seed: int) -> None:
        # A child inherits the modules but must never share the parent's connection.
        connections.close_all()
        context = multiprocessing.get_context("fork")
        self.lines: list[Connection] = []
        for number in range(CREWS):
            ours, theirs = context.Pipe()
            reps = staff.reps[number::CREWS]
            context.Process(target=_run, args=(theirs, staff, reps, f"{seed}-{number}"), daemon=True).start()
            self.lines.append(ours)

    @contextmanager
    def living(self, task: Task) -> Iterator[None]:
        """Let the crews live a day, each with its share of the leads, while the block runs.

        Raises `RuntimeError` with the words of the crew that failed.
        """
        with self._sent([replace(task, cards=task.cards[number::CREWS]) for number in range(CREWS)]):
            yield

    @contextmanager
    def doing(self, *errands: Callable[[], None]) -> Iterator[None]:
        """Let each crew run one errand, which can be pickled, while the block runs; what it announces is not told.

        Raises `RuntimeError` with the words of the crew that failed.
        """
        with self._sent(errands):
            yield

    @contextmanager
    def _sent(self, orders: Sequence[Task | Callable[[], None]]) -> Iterator[None]:
        lines = self.lines[: len(orders)]
        for line, order in zip(lines, orders, strict=True):
            line.send(order)
        yield
        failures = [answer for line in lines if (answer := line.recv()) is not None]
        if failures:
            raise RuntimeError(failures[0])

    def dismiss(self) -> None:
        """End the processes."""
        for line in self.lines:
            line.send(None)


def be_quick() -> None:
    """Let the database not wait for the disk, as the demo can be built again; look for garbage seldom, as it makes little."""
    gc.set_threshold(100_000, 50, 50)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _run(line: Connection, staff: DemoStaff, reps: tuple[Rep, ...], seed: str) -> None:
    be_quick()
    waiting: dict[str, list[Card]] = {}
    lives = [Life(rep, Random(f"{seed}-{rep.name}"), waiting) for rep in reps]
    money = Money(staff, Random(f"{seed}-money"))
    while (order := line.recv()) is not None:
        try:
            if not isinstance(order, Task):
                with held_back():
                    order()
            else:
                for card in order.cards:
                    waiting.setdefault(card.company.district_code, []).append(card)
                _live(order, lives, money)
        except Exception as error:  # noqa: BLE001 -- told to the parent, which stops everything
            line.send("".join(traceback.format_exception(error)))
            return
        line.send(None)


def _live(task: Task, lives: list[Life], money: Money) -> None:
    if task.is_today:
        # What happens today goes through the worker like anything else.
        for life in lives:
            life.live(task.day, task.now, upcoming=task.upcoming, plans=True, is_past=False)
        return
    with held_back() as events:
        for life in lives:
            if task.day >= life.rep.joined_on:
                life.live(task.day, task.now, upcoming=task.upcoming, plans=task.is_recent, is_past=task.is_past)
        if task.is_past:
            _end_past(task.day, lives)
        money.follow(list(events), task.day, task.now)
    if task.is_recent:
        with transaction.atomic():
            tell(events)


def _end_past(day: date, lives: list[Life]) -> None:
    """Bring in what all did on a past day, at once."""
    bring_in(day, [row for life in lives for row in life.past], at_local(day, "17:40", ZONE))
    for life in lives:
        life.past = []
        life.end_past(day)
