from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from tiejun.foundation.web import render
from tiejun.inbox import actions, queries
from tiejun.inbox.rules import shown_count

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

CHANGED = "inbox-changed"


@require_safe
def notices(request: TiejunRequest) -> HttpResponse:
    """Show one's own notices, newest first."""
    unread_only = request.GET.get("show") == "unread"
    page = queries.notices_page(request.scope, unread_only=unread_only, cursor=request.GET.get("cursor"))
    query = {"show": "unread"} if unread_only else {}
    context = {
        "page": page,
        "unread_only": unread_only,
        "next": _address(query, page.next_cursor),
        "previous": _address(query, page.previous_cursor),
    }
    return render(request, "inbox/list.html#lines" if request.htmx else "inbox/list.html", context)


def _address(query: dict[str, str], cursor: str | None) -> str:
    return f"?{urlencode({**query, 'cursor': cursor})}" if cursor else ""


@require_safe
def unread(request: TiejunRequest) -> HttpResponse:
    """Answer the number on the bell; polled, and kept by no browser, like every answer to somebody signed in."""
    return render(request, "inbox/bell.html", {"unread": shown_count(queries.unread_count(request.scope))})


@require_POST
def read(request: TiejunRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read; as a plain form post it then leads to the notice's cause."""
    notice = actions.mark_read(request.scope, notice_id=notice_id, now=request.now)
    line = queries.line_of(request.scope, notice)
    if request.htmx:
        return render(request, "inbox/list.html#line", {"line": line}, trigger=CHANGED)
    safe = url_has_allowed_host_and_scheme(line.url, allowed_hosts=None)
    return HttpResponseRedirect(line.url) if line.url and safe else redirect("inbox:list")


@require_POST
def read_all(request: TiejunRequest) -> HttpResponse:
    """Mark all of one's own notices as read."""
    actions.mark_all_read(request.scope, now=request.now)
    if not request.htmx:
        return redirect("inbox:list")
    page = queries.notices_page(request.scope)
    context = {"page": page, "unread_only": False, "next": _address({}, page.next_cursor), "previous": ""}
    return render(request, "inbox/list.html#lines", context, trigger=CHANGED)
