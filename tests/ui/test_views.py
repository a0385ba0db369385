import pytest
from django.template.loader import render_to_string
from django.utils import translation


@pytest.fixture(autouse=True)
def built_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path


def test_manifest_names_the_product_and_its_icons(client):
    answer = client.get("/manifest.webmanifest")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in answer.json()["icons"]} == {"192x192", "512x512"}


def test_offline_page_needs_no_sign_in(client):
    assert client.get("/offline/").status_code == 200


def test_offline_page_takes_no_post(client):
    assert client.post("/offline/").status_code == 405


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", [400, 403, 404, 409, 500, 503])
def test_error_pages_render_with_nothing_given(code, language):
    with translation.override(language):
        assert f">{code}<" in render_to_string(f"{code}.html")


def test_specimen_sheet_is_absent_outside_development(client):
    assert client.get("/dev/components/").status_code in (302, 404)
