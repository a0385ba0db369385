"""The sheet of components in Chromium: both sizes, both themes, both languages, under the product's own policy."""

import os
import shutil
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("TIEJUN_CHROMIUM") or shutil.which("chromium")
BUILT = settings.FRONTEND_FOLDER / "manifest.json"
SIZES = {"phone": (390, 844), "small": (320, 640), "tablet": (800, 1100), "desktop": (1440, 900)}

pytestmark = [
    pytest.mark.urls("tests.ui.sheet_urls"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: set TIEJUN_CHROMIUM to its path"),
    pytest.mark.skipif(
        not BUILT.exists() or not AXE.exists(), reason="needs the built frontend: npm ci and npm run build"
    ),
]


@pytest.fixture(scope="module")
def browser():
    node = ROOT / ".venv" / "bin" / "node"
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def opened(browser, live_server):
    """A function that opens the sheet and gives the page, with what the console complained about."""
    contexts = []

    def open_sheet(size="desktop", theme="light", locale="en-US"):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale=locale,
            reduced_motion="reduce",
            service_workers="block",
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: page.complaints.append(line.text) if "Content Security Policy" in line.text else None,
        )
        answer = page.goto(f"{live_server.url}/dev/components/")
        assert answer.status == 200
        return page

    yield open_sheet
    for context in contexts:
        context.close()


def findings(page):
    """What axe finds serious or critical; it is brought in past the policy, which stays on for the page."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    result = page.evaluate("axe.run(document)")
    return [
        (finding["id"], [node["target"] for node in finding["nodes"]])
        for finding in result["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_sheet_has_no_serious_finding_and_no_broken_policy(opened, size, theme, locale):
    page = opened(size, theme, locale)

    assert findings(page) == []
    assert page.complaints == []


@pytest.mark.parametrize("size", list(SIZES))
def test_sheet_does_not_scroll_sideways(opened, size):
    page = opened(size)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_buttons_on_the_phone_are_at_least_44_pixels_high(opened):
    page = opened("phone")

    small = page.evaluate(
        "[...document.querySelectorAll('.t-btn, .t-tab, .t-pill, .t-round, .t-seg > *, .t-chip')]"
        ".map(one => one.getBoundingClientRect()).filter(box => box.width && box.height < 44).length"
    )

    assert small == 0


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_chart_is_saved_in_light_colours_with_its_title_period_and_unit(opened, locale):
    page = opened("desktop", "dark", locale)
    menu = page.locator("[data-words]").first
    opener = page.locator(f"[popovertarget={menu.get_attribute('id')}]")
    opener.scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # a popover closes with the page's scrolling
    saved = {}
    for kind in ("svg", "png"):
        opener.click()
        with page.expect_download() as download:
            menu.locator(f"[data-picture={kind}]").click()
        saved[kind] = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename == f"{menu.get_attribute('data-title')} 2026-11.{kind}"

    drawing = ElementTree.fromstring(saved["svg"])
    words = ["".join(one.itertext()) for one in drawing.iter("{http://www.w3.org/2000/svg}text")]
    with Image.open(BytesIO(saved["png"])) as picture:
        size, corner = picture.size, picture.convert("RGB").getpixel((2, 2))
    assert words[:2] == [menu.get_attribute("data-title"), "2026-11 · CNY"]
    assert b"oklch" not in saved["svg"]
    assert b"class=" not in saved["svg"]
    assert (corner, size) == ((255, 255, 255), tuple(2 * int(drawing.get(side)) for side in ("width", "height")))
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
    assert page.complaints == []


def test_theme_is_kept_over_a_reload(opened):
    page = opened()

    page.evaluate("document.querySelector('[data-theme-value=dark]').click()")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "jade-night"


def test_refused_button_says_why_when_it_is_clicked(opened):
    page = opened()

    page.locator("[data-refusal]").first.click(force=True)

    assert page.locator("#toasts .t-toast").count() == 1


def test_dialog_opens_and_gives_the_focus_back(opened):
    page = opened()
    opener = page.locator("[data-dialog-open=specimen-dialog]")

    opener.click()
    assert page.locator("#specimen-dialog").is_visible()
    page.keyboard.press("Escape")

    assert not page.locator("#specimen-dialog").is_visible()
    assert opener.evaluate("one => one === document.activeElement")


def test_j_and_k_walk_the_rows(opened):
    page = opened()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")

    marked = "[...document.querySelectorAll('tbody tr')].map(row => row.getAttribute('aria-selected') === 'true').indexOf(true)"
    assert page.evaluate(marked) == 0


def test_palette_opens_by_its_shortcut(opened):
    page = opened()
    page.route("**/search/palette/**", lambda route: route.fulfill(body="", content_type="text/html"))

    page.keyboard.press("Control+k")

    assert page.locator("#palette input").evaluate("one => one === document.activeElement")
    page.keyboard.type("lin")
    page.keyboard.press("Escape")  # closes at once, though something is typed
    assert not page.locator("#palette").is_visible()


def test_typed_text_survives_a_reload(opened):
    page = opened()

    page.fill("[name=good-note]", "They want a trial")
    page.wait_for_timeout(500)
    page.reload()

    assert page.input_value("[name=good-note]") == "They want a trial"


def test_ended_session_asks_in_place_and_keeps_the_page(opened):
    page = opened()
    page.fill("[name=good-note]", "They want a trial")

    page.keyboard.press("Control+k")
    page.keyboard.type("lin")
    page.wait_for_selector("#sign-in-notice[open]")

    assert page.locator("#palette-results input").count() == 0
    assert page.input_value("[name=good-note]") == "They want a trial"


def test_names_on_a_map_give_way_to_the_larger_area_until_there_is_room(opened):
    page = opened("phone")
    page.locator("[data-map]").scroll_into_view_if_needed()
    names = page.locator(".t-map-name")

    expect(names.filter(visible=True)).to_have_text(["A1"])
    page.evaluate("document.querySelector('[data-map]').map.setView([31.22, 121.475], 17, { animate: false })")
    expect(names.filter(visible=True)).to_have_text(["A1", "A1 a"])
    assert not page.complaints


def test_a_map_is_drawn_when_it_is_looked_at(opened):
    page = opened("phone", theme="dark")
    box = page.locator("[data-map]")
    assert box.get_attribute("data-drawn") is None

    box.scroll_into_view_if_needed()
    page.locator(".t-map-next").click()

    assert page.locator(".t-map-area").count() == 2
    assert page.locator(".t-map-line").count() == 1
    expect(page.locator(".leaflet-popup-content strong")).to_have_text("Chen Lan")  # the popup comes in softly
    assert page.locator(".t-map-list").is_visible()
    assert not page.complaints
