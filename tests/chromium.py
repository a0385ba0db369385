"""Chromium for tests: the program of the machine on the built frontend."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

STEP_MS = 200
PATIENCE_MS = 30_000  # a busy machine; nothing waits for it when all is well


ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


def program() -> str:
    """Return the browser's path; skips where there is none, or no built frontend for it."""
    found = os.environ.get("TIEJUN_CHROMIUM") or shutil.which("chromium")
    if not found or not (settings.FRONTEND_FOLDER / "manifest.json").exists():
        pytest.skip("needs Chromium (TIEJUN_CHROMIUM names it) and the built frontend (make setup)")
    return found


@pytest.fixture(scope="module")
def chromium():
    """Chromium, once per file: Playwright's loop may not outlive it into tests that start loops of their own."""
    path = program()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


def wait_until(page: Page, question: str, *, patience_ms: int = 4 * PATIENCE_MS) -> None:
    """Wait until a question to the page (JavaScript that gives a promise) is answered with yes; Playwright's own way takes the promise for the yes."""
    for _ in range(patience_ms // STEP_MS):
        if page.evaluate(question):
            return
        page.wait_for_timeout(STEP_MS)
    raise AssertionError(question)


# The day that a phone keeps is there, and the page that shows it.
DAY_IS_KEPT = """(async () => (await caches.keys()).length > 0 && await navigator.serviceWorker.ready && new Promise((yes) => {
  const open = indexedDB.open('tiejun-outbox')
  open.onsuccess = () => {
    const got = open.result.transaction('facts').objectStore('facts').get('day')
    got.onsuccess = () => { open.result.close(); yes(Boolean(got.result)) }
  }
}))()"""
