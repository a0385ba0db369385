"""A working day in Chromium: who works there, their windows, the clock and the worker."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.translation import gettext, override, pgettext
from procrastinate.contrib.django import app

from tests.factories.leads import make_pool, make_source
from tests.factories.org import make_company_tree, make_login, make_person
from tests.factories.pipeline import make_line
from tiejun.access.roles import Role
from tiejun.org.middleware import SECOND_FACTOR_SEEN
from tiejun.org.models import Building

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 3, 11, tzinfo=SHANGHAI)
PHONE, DESKTOP = (390, 844), (1440, 900)
HERE = {"latitude": 30.2741, "longitude": 120.1551, "accuracy": 20}
LANGUAGES = {"zh-CN": "zh-hans", "en-US": "en"}
# The position that Chromium makes up carries the machine's own clock, not the page's.
POSITION_OF_THE_DAY = """
const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation)
navigator.geolocation.getCurrentPosition = (take, refuse, options) =>
  ask(({ coords }) => take({ coords, timestamp: Date.now() }), refuse, options)
"""


def local(clock: str) -> datetime:
    """A moment of this Wednesday by Shanghai's clock; hours from 24 mean the next day."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return WEDNESDAY + timedelta(hours=hours, minutes=minutes)


# One per tap, over all pages of a window; a click on a label would count twice.
TAPS = "addEventListener('pointerdown', () => sessionStorage.setItem('taps', Number(sessionStorage.getItem('taps') ?? 0) + 1), true)"


class Day:
    """One company, one day, one language."""

    def __init__(self, browser: Browser, address: str, locale: str, clock: Any) -> None:
        self.browser, self.address, self.locale, self.clock = browser, address, locale, clock
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.pictures = 0
        self.tree = make_company_tree()
        self.line, self.pool, self.source = make_line(), make_pool("East"), make_source()
        group, region, company = self.tree.group, self.tree.region, self.tree.company
        self.rep = make_person(name="Lin Xiao", unit=group)
        self.colleague = make_person(name="Gao Ming", unit=group)
        self.supervisor = make_person(name="Zhou Wei", role=Role.SUPERVISOR, unit=group)
        self.manager = make_person(name="Chen Lan", role=Role.REGIONAL_MANAGER, unit=region)
        self.finance = make_person(name="He Jun", role=Role.FINANCE, unit=company)
        self.operations = make_person(name="Su Qing", role=Role.SALES_OPS, unit=company)
        self.building = Building.objects.create(
            name="Cloud Tower",
            district_code="330106",
            address="Wensan Road 90",
            latitude=HERE["latitude"],
            longitude=HERE["longitude"],
        )
        everybody = (self.rep, self.colleague, self.supervisor, self.manager, self.finance, self.operations)
        self.logins = {person.pk: make_login(person) for person in everybody}

    # -- words -------------------------------------------------------------------------------------------------------
    def say(self, text: str, **facts: Any) -> str:
        """The words that people see for a text of the product."""
        with override(LANGUAGES[self.locale]):
            words = gettext(text)
        return words % facts if facts else words

    def say_of(self, context: str, text: str) -> str:
        """The same for a text that has a context."""
        with override(LANGUAGES[self.locale]):
            return pgettext(context, text)

    # -- windows -----------------------------------------------------------------------------------------------------
    def window(self, size: tuple[int, int], person: Any = None) -> Page:
        """A window of its own; with a person: signed in, the second factor behind them."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=self.locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            has_touch=size == PHONE,
            permissions=["geolocation"],
            geolocation=HERE,
            base_url=self.address,
        )
        self.contexts.append(context)
        context.clock.install(time=datetime.now(SHANGHAI))
        context.add_init_script(POSITION_OF_THE_DAY)
        context.add_init_script(TAPS)
        if person is not None:
            self.let_in(context, person)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._note(line.text))
        page.on("response", lambda got: self._note(f"{got.status} {got.url}") if got.status >= 500 else None)
        return page

    def let_in(self, context: BrowserContext, person: Any) -> None:
        """Give a window somebody's session."""
        client = Client()
        client.force_login(self.logins[person.pk])
        session = client.session
        session[SECOND_FACTOR_SEEN] = True
        session.save()
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.address}])

    def _note(self, words: str) -> None:
        if "Content Security Policy" in words or words.startswith("5"):
            self.complaints.append(words)

    def follow(self, link: Locator) -> None:
        """Tap a link that opens a dialog, once the page's scripts run: before, it leads to the form's own page, as without any script."""
        link.wait_for()
        link.page.wait_for_load_state()
        link.click()

    # -- clock and worker --------------------------------------------------------------------------------------------
    def at(self, clock: str) -> None:
        """Move the server's clock."""
        self.clock.move_to(local(clock))

    def work(self) -> None:
        """Run a real worker until nothing waits; in a thread, because Playwright's loop lives in this one."""
        failures: list[BaseException] = []

        def run() -> None:
            try:
                with app.replace_connector(app.connector.get_worker_connector()) as worker:
                    worker.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
            except BaseException as error:  # noqa: BLE001 -- told to the test below
                failures.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert failures == []

    def picture(self, page: Page, name: str) -> None:
        """Keep what the page shows in `TIEJUN_PICTURES`, a folder, where that is set: `python -m tools.screenshots day` makes `docs/screenshots/day` so."""
        folder = os.environ.get("TIEJUN_PICTURES")
        if folder:
            self.pictures += 1
            page.wait_for_load_state()
            page.screenshot(path=Path(folder) / f"{self.locale[:2]}-{self.pictures:02d}-{name}.png")

    def close(self) -> None:
        """Close all windows: a page that still polls would be cut off by the end of the server."""
        for context in self.contexts:
            context.close()
