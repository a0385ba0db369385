"""Phones of the field: browsers with a profile on disk, that lose their connection, are killed, and come back."""

from __future__ import annotations

import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.browser.day import PHONE, SHANGHAI, local
from tests.chromium import ARGUMENTS, DAY_IS_KEPT, program, wait_until
from tests.factories.leads import make_pool
from tests.factories.org import make_login
from tests.factories.visits import make_field
from tiejun.org.models import Login
from tiejun.visits.actions.plans import propose_plan
from tiejun.visits.models import Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

SEED = int(os.environ.get("TIEJUN_SEED") or random.randrange(10**6))
RECORD = "**/visits/record/"
# Fill the form of the page without a connection and send it; resolves when the phone has it in its store.
RECORD_HERE = """async ([company, note]) => {
  location.hash = `visit=${company}`
  const until = async (found) => { for (let i = 0; i < 400; i++) { const it = await found(); if (it) return it; await new Promise((r) => setTimeout(r, 10)) } throw new Error('never: ' + note) }
  const form = await until(() => document.querySelector('[data-field-record]'))
  form.elements.namedItem('note').value = note
  const before = await waiting()
  form.requestSubmit()
  await until(async () => (await waiting()) > before)
  location.hash = 'day'
  await until(() => !document.querySelector('[data-field-record]'))
}"""
# How many records wait in the phone, and all that it keeps which is somebody's.
WAITING = """window.waiting = () => new Promise((resolve) => {
  const open = indexedDB.open('tiejun-outbox')
  open.onsuccess = () => {
    const db = open.result
    const count = db.transaction('records').objectStore('records').count()
    count.onsuccess = () => { db.close(); resolve(count.result) }
  }
})
window.kept = () => new Promise((resolve) => {
  const open = indexedDB.open('tiejun-outbox')
  open.onsuccess = () => {
    const read = open.result.transaction(['records', 'facts', 'files'])
    const keys = ['records', 'facts', 'files'].map((name) => read.objectStore(name).getAllKeys())
    read.oncomplete = () => { open.result.close(); resolve(keys.flatMap((one) => one.result).filter((key) => !['device', 'sequence'].includes(key))) }
  }
})"""


@dataclass
class Phone:
    """One representative's phone: a browser with a profile on disk that can be killed at any moment."""

    playwright: Playwright
    address: str
    profile: Path
    rep: Any
    offset_days: int = 0
    session: str = ""
    notes: list[str] = field(default_factory=list)

    def open(self) -> Page:
        self.context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=program(), args=ARGUMENTS, headless=True, base_url=self.address,
            viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-US", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.context.add_init_script(WAITING)
        self.context.clock.install(time=datetime.now(SHANGHAI) + timedelta(days=self.offset_days))
        self._bring_session()
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def _bring_session(self) -> None:
        # A killed browser may not have written its cookies; what is tested here is the work, not the session.
        if self.session:
            self.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": self.session, "url": self.address}]
            )

    def sign_in(self, page: Page) -> None:
        client = Client()
        client.force_login(Login.objects.filter(person=self.rep.person).first() or make_login(self.rep.person))
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._bring_session()
        page.goto(reverse("visits:plan"))
        wait_until(page, DAY_IS_KEPT)

    def lose_token(self) -> None:
        """Leave the session and nothing else of the cookies: what the open page holds is no token of it any more."""
        self.context.clear_cookies()
        self._bring_session()

    def record(self, page: Page, number: int) -> None:
        """Record visits at the day's company on the page that the service worker gives without a connection."""
        self.context.set_offline(True)
        page.goto("/offline/")
        page.wait_for_selector("[data-field-stops] li")
        for _ in range(number):
            note = f"{self.profile.name} {len(self.notes)}"
            page.evaluate(RECORD_HERE, [str(self.rep.company.pk), note])
            self.notes.append(note)

    def kill(self) -> None:
        """Kill the browser of this profile, and nothing else, as the system would kill it."""
        for folder in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                if f"--user-data-dir={self.profile}".encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.profile / name).unlink(missing_ok=True)

    def wait_until_sent(self, page: Page) -> None:
        wait_until(page, "waiting().then((number) => number === 0)")

    def arrived(self) -> list[str]:
        return sorted(Visit.objects.values_list("note", flat=True))


@pytest.fixture
def phone(live_server, tmp_path):
    print(f"seed {SEED}")
    make_pool("East")
    with time_machine.travel(local("10:00"), tick=True), sync_playwright() as playwright:
        rep = make_field()
        propose_plan(rep.scope, day=local("10:00").date(), now=datetime.now(SHANGHAI))
        one = Phone(playwright, live_server.url.replace("127.0.0.1", "localhost"), tmp_path / "profile", rep)
        yield one
        with suppress(Exception):
            one.context.close()
        # Opened while Playwright's loop runs, they are out of reach once it has ended.
        connections.close_all()
