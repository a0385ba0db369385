"""The files of styles and scripts, also while they are built anew under a running process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from whitenoise.responders import StaticFile


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # WhiteNoise is untyped
    """Serves the files as they are now.

    WhiteNoise remembers what it found at its start: it fails on a file that a new build took away, gives one that changed the
    length it had, and knows none that came later. Only a name with a hash keeps its content: that one is served from memory.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.directories = [(os.path.join(os.path.abspath(self.static_root), ""), self.static_prefix)]  # noqa: PTH100, PTH118 -- WhiteNoise compares texts

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(self.static_prefix):
            for found in (self._remembered, self.find_file):
                try:
                    file = found(request.path_info)
                    if file is not None:
                        return self.serve(file, request)  # type: ignore[no-any-return]
                except FileNotFoundError:  # built anew in between
                    continue
        return self.get_response(request)  # type: ignore[no-any-return]

    def _remembered(self, url: str) -> StaticFile | None:
        return self.files.get(url) if self.immutable_file_test(url, url) else None
