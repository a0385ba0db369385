"""Renew `docs/screenshots` from a running demo: `python -m tools.screenshots [ADDRESS]`.

Thirteen main pages, phone and desktop, light and dark, in Chinese; the front picture of the READMEs is composed of two of them.
`python -m tools.screenshots day` walks the browser test of a working day and keeps what the representative sees, in
`docs/screenshots/day`.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
DAY, LANGUAGE = "tests/browser/test_the_day.py", "zh"
PASSWORD = "tiejun-demo"  # noqa: S105 -- the demo company's own, shown on its sign-in page
SIZES: dict[str, Any] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1},
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: its file's name, who looks at it, its path, and the selector of a link to follow from there."""

    name: str
    login: str
    path: str
    follow: str = ""


SHOTS = (
    Shot("today", "rep", "/"),
    Shot("plan", "rep", "/visits/plan/"),
    Shot("record", "rep", "/visits/record/", "main a[href*='company=']"),
    Shot("visits", "rep", "/visits/"),
    Shot("customers", "rep", "/customers/"),
    Shot("company", "rep", "/customers/", "main a[href^='/customers/0']"),
    Shot("pool", "rep", "/leads/pool/"),
    Shot("opportunities", "rep", "/pipeline/"),
    Shot("team-today", "supervisor", "/team-today/"),
    Shot("board", "regional-manager", "/board/"),
    Shot("questions", "sales-head", "/insight/boards/sales/"),
    Shot("collections", "finance", "/pipeline/collections/"),
    Shot("policies", "sales-ops", "/operations/policies/"),
)


def main() -> None:
    """Take all pictures."""
    if sys.argv[1:] == ["day"]:
        walk_the_day()
        return
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for size in SIZES:
            for theme in ("light", "dark"):
                for login in dict.fromkeys(shot.login for shot in SHOTS):
                    _take(browser, address, login, size, theme)
        _front(browser)
        browser.close()


def walk_the_day() -> None:
    """Keep the pictures of the browser test of a day, as small as they can be without showing it."""
    folder = FOLDER / "day"
    with tempfile.TemporaryDirectory() as place:
        walk = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", DAY, "-k", LANGUAGE]
        subprocess.run(walk, cwd=ROOT, env=os.environ | {"TIEJUN_PICTURES": place}, check=True)
        for old in folder.glob("*"):
            old.unlink()
        for path in sorted(Path(place).glob(f"{LANGUAGE}-*.png")):
            with Image.open(path) as picture:
                picture.save(folder / f"{path.stem.removeprefix(f'{LANGUAGE}-')}.webp", quality=82, method=6)


def _take(browser: Browser, address: str, login: str, size: str, theme: Any) -> None:
    context = browser.new_context(**SIZES[size], color_scheme=theme, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    answer = page.goto(f"{address}/accounts/login/")
    assert answer is not None
    # The pictures count down by the server's clock, whatever day it is here.
    page.clock.set_system_time(parsedate_to_datetime(answer.headers["date"]))
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    for shot in SHOTS:
        if shot.login == login:
            _open(page, address, shot)
            page.screenshot(path=FOLDER / f"{shot.name}-{size}-{theme}.png")
    context.close()


def _open(page: Page, address: str, shot: Shot) -> None:
    page.goto(address + shot.path)
    if shot.follow and page.locator(shot.follow).count():
        target = page.locator(shot.follow).first.get_attribute("href") or shot.path
        page.goto(address + target)
    page.wait_for_load_state("networkidle")


def _front(browser: Browser) -> None:
    """Put the phone before the desktop for the front page of the repository."""
    phone, desktop = (
        base64.b64encode((FOLDER / name).read_bytes()).decode()
        for name in ("today-phone-light.png", "team-today-desktop-light.png")
    )
    page = browser.new_page(viewport={"width": 1500, "height": 900}, device_scale_factor=1)
    page.set_content(
        "<style>body{margin:0;background:#e7efec;height:900px;position:relative;overflow:hidden}"
        "img{position:absolute;border-radius:18px;box-shadow:0 18px 50px #0b3b2e33}"
        ".desktop{width:1130px;right:50px;top:60px}.phone{width:330px;left:60px;bottom:50px;border-radius:34px;border:9px solid #10201c}"
        f"</style><img class=desktop src='data:image/png;base64,{desktop}'><img class=phone src='data:image/png;base64,{phone}'>"
    )
    page.screenshot(path=FOLDER / "front.png")
    page.close()


if __name__ == "__main__":
    main()
