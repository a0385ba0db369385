"""One HTTP connection that stays open, so that the connection's cost is nobody's request."""

import http.client
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

IDLE_S = 5


class UnexpectedAnswer(Exception):
    """A measured request was not answered as it should be: its time would say nothing."""


@dataclass
class Client:
    """Speaks to a server on this machine; `headers` are sent with every request."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._used = 0.0

    def ask(
        self, path: str, *, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """GET, or POST of a JSON body with a fresh client key; returns status, headers and content."""
        sent = {"Host": f"127.0.0.1:{self.port}", **self.headers, **(headers or {})}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_urlsafe(16)}
        if time.monotonic() - self._used > IDLE_S:  # the server closes what idles for long, just when one writes to it
            self._connection.close()
        self._used = time.monotonic()
        self._connection.request("GET" if body is None else "POST", path, body=content, headers=sent)
        answer = self._connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def must(self, status: int, path: str, **given: Any) -> bytes:
        """Ask and return the content; raises `UnexpectedAnswer` unless the status is the expected one."""
        got, _headers, content = self.ask(path, **given)
        if got != status:
            raise UnexpectedAnswer(f"{path}: {got} instead of {status}: {content[:400].decode(errors='replace')}")
        return content
