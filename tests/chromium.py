"""Chromium for tests: the program of the machine on the built frontend."""

from __future__ import annotations

import os
import shutil

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

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
