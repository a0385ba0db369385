"""Files of the frontend while it is built anew under a running process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db  # an answer that ends looks after the connections
HASHED = "assets/base-AbCdEf12.js"


@pytest.fixture
def ask(tmp_path: Path, settings: Any) -> Callable[..., tuple[int, str]]:
    """The process's own files as it found them at its start; each call tells status and content of a file."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "assets").mkdir()
    (tmp_path / HASHED).write_text("old")
    (tmp_path / "sw.js").write_text("old")
    (name,) = (name for name in settings.MIDDLEWARE if "WhiteNoise" in name or "StaticFiles" in name)
    serve = import_string(name)(lambda _request: HttpResponse("no such page", status=404))

    def asked(path: str, **headers: str) -> tuple[int, str]:
        answer = serve(RequestFactory().get(f"/static/{path}", headers=headers))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert int(answer.headers.get("Content-Length", len(content))) == len(content)
        answer.close()
        return answer.status_code, content.decode()

    return asked


def test_a_file_that_is_gone_does_not_exist_and_a_new_one_does(ask, tmp_path) -> None:
    assert (ask(HASHED), ask("sw.js")) == ((200, "old"), (200, "old"))
    (tmp_path / HASHED).unlink()
    (tmp_path / "assets/base-ZyXwVu98.js").write_text("new and longer")
    (tmp_path / "sw.js").write_text("new and longer")

    assert ask(HASHED) == (404, "no such page")
    assert ask("assets/base-ZyXwVu98.js") == (200, "new and longer")
    assert ask("sw.js") == (200, "new and longer")
    (tmp_path / "sw.js").unlink()
    assert ask("sw.js") == (404, "no such page")


def test_a_packed_file_that_is_gone_is_given_unpacked(ask, tmp_path) -> None:
    (tmp_path / "late-AbCdEf12.js").write_text("plain and longer")
    (tmp_path / "late-AbCdEf12.js.br").write_bytes(b"packed")
    assert ask("late-AbCdEf12.js", **{"accept-encoding": "br"}) == (200, "packed")
    (tmp_path / "late-AbCdEf12.js.br").unlink()

    assert ask("late-AbCdEf12.js", **{"accept-encoding": "br"}) == (200, "plain and longer")


@pytest.mark.parametrize("path", ["../secret.js", "assets/", "assets", "assets//base-AbCdEf12.js", "%2e%2e/secret.js"])
def test_nothing_but_the_files_of_the_folder_is_given(ask, tmp_path, path) -> None:
    (tmp_path.parent / "secret.js").write_text("secret")

    assert ask(path) == (404, "no such page")
