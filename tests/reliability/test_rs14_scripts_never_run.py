"""RS-14: 65 hostile texts in every text field, seen by every role in Chromium: nothing runs, nothing is even refused.

Each page of others' words is looked at by the role that reaches least and one that reaches furthest; `TIEJUN_LONG=1` shows
every page to every role that may see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings

from tests.chromium import chromium
from tests.factories.visits import local
from tests.reliability.permission_table import EVERYONE, PAGES
from tests.reliability.planting import PAYLOADS, plant, standing
from tests.reliability.routes import pages
from tests.reliability.test_rs08_objects import walked_by
from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role

__all__ = ["chromium"]
pytestmark = pytest.mark.django_db(transaction=True)

# Counted before anything of the page runs; a violation of the policy would be a script that only the browser stopped.
WATCH = """
window.found = []
window.ran = () => window.found.push('ran')
window.alert = window.confirm = window.prompt = () => window.found.push('dialog')
document.addEventListener('securitypolicyviolation', event => window.found.push(`${event.violatedDirective} ${event.blockedURI}`))
"""
INJECTED = "[...document.querySelectorAll('[data-planted], [onerror], [onload], [onfocus], a[href^=\"javascript:\" i], meta[http-equiv=refresh]')].map(one => one.outerHTML.slice(0, 90))"
# The pages that show what others wrote.
MAIN = (
    "home:today", "home:team_today", "home:board", "leads:mine", "leads:pool", "customers:list", "visits:list", "visits:plan", "visits:buildings",
    "pipeline:list", "pipeline:orders", "pipeline:collections", "pipeline:receipts", "exchange:imports", "org:people",
    "org:units", "org:leave", "inbox:list", "operations:audit",
)  # fmt: skip
# Written for each lead, and there is a lead for each payload; what is written for a few deals only holds some.
OFTEN = {
    "customers.Company.address", "customers.Company.industry", "customers.Company.legal_person",
    "customers.Contact.name", "customers.Contact.title",
    "visits.Door.company_name", "visits.Door.in_charge", "visits.Door.product",
}  # fmt: skip
MOST = 55
SOME = {
    "leads.FollowUp.next_step", "leads.FollowUp.note",
    "org.Leave.note", "org.Person.name", "org.Unit.name", "pipeline.Contract.number", "pipeline.Contract.signatory",
    "pipeline.Contract.terms", "pipeline.Opportunity.lost_note", "pipeline.Opportunity.next_step", "pipeline.Order.terms",
    "pipeline.OrderLine.description", "pipeline.Receipt.note", "pipeline.Receipt.payer", "pipeline.Receipt.reference",
    "visits.DayPlan.canvass_note", "visits.Door.door", "visits.Visit.next_step", "visits.Visit.note", "org.Building.name",
    "org.Building.address", "org.Building.entrance_note",
}  # fmt: skip
SEEN_BY_ALL = 2  # pages of single things; the representative, whose they are, sees every one


@dataclass
class Watcher:
    """A browser window of one person that notes whatever ran, was refused or stands unescaped in a page."""

    page: object
    address: str
    findings: dict[str, list[str]] = field(default_factory=dict)

    def look_at(self, path: str) -> bool:
        """Open a page; true when it was there to be seen."""
        answer = self.page.goto(self.address + path, wait_until="load")
        self.page.mouse.move(200, 300)
        found = self.page.evaluate(f"[...window.found, ...{INJECTED}]")
        if found:
            self.findings[path] = found
        return answer.status == 200


@pytest.fixture
def watcher_of(chromium, live_server):
    contexts = []

    def watch(client=None):
        address = live_server.url.replace("127.0.0.1", "localhost")
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce", service_workers="block", locale="en-US"
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
        return Watcher(context.new_page(), address)

    yield watch
    for context in contexts:
        context.close()


def looks(role, name, asks):
    """Whether a role is one of those who look at a page."""
    if isinstance(asks, Ability):
        return role in MATRIX[asks] and role in walked_by(name, asks)
    return asks == EVERYONE


@time_machine.travel(local("10:00"), tick=True)
def test_hostile_texts_never_run_for_anybody(watcher_of):
    made = plant()
    main = {page.path: page.name for page in pages() if page.name in MAIN}
    findings, seen, held = {}, 0, standing()
    for role, asker in made.askers.items():
        watcher = watcher_of(asker.client)
        details = made.addresses if role is Role.REP else made.addresses[-SEEN_BY_ALL:]
        shown = [path for path, name in main.items() if role is not None and looks(role, name, PAGES[name])]
        seen += sum(watcher.look_at(path) for path in (*shown, *details))
        findings |= {f"{role} {path}": found for path, found in watcher.findings.items()}

    assert findings == {}
    assert held["customers.Company.name"] == set.union(*(held[column] for column in OFTEN)) == set(PAYLOADS)
    assert [column for column in OFTEN if len(held[column]) < MOST] == []
    assert SOME - held.keys() == set()
    assert len(main) == len(MAIN)
    assert seen > 60


@pytest.mark.urls("tests.reliability.planted_urls")
def test_a_planted_unescaped_text_is_found(watcher_of):
    watcher = watcher_of()

    watcher.look_at("/dev/planted/?" + urlencode({"typed": PAYLOADS[15]}))
    watcher.look_at("/dev/planted/?" + urlencode({"typed": PAYLOADS[0], "csp": "off"}))
    watcher.look_at("/dev/planted/?" + urlencode({"typed": "calm words"}))

    stopped, ran = watcher.findings.values()
    assert any("script-src" in found for found in stopped)
    assert any("data-planted" in found for found in stopped)
    assert ran == ["ran"]
