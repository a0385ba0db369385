"""The page of one's own tokens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiejun.exchange.actions import tokens as actions
from tiejun.exchange.forms import TokenForm
from tiejun.exchange.queries import tokens as queries
from tiejun.exchange.rules import tokens as token_rules
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def tokens(request: TiejunRequest) -> HttpResponse:
    """Show the asker's tokens and the form for a new one."""
    return render(
        request, "exchange/tokens.html", _context(request, TokenForm(request.scope, longest=_longest(request)))
    )


@require_POST
def issue(request: TiejunRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    form = TokenForm(request.scope, request.POST, longest=_longest(request))
    if not form.is_valid():
        return render(request, "exchange/tokens.html", _context(request, form), status=422)
    secret = token_rules.SECRET_MARK + secrets.token_urlsafe(32)
    token = actions.issue_token(
        request.scope,
        name=form.cleaned_data["name"],
        abilities=form.cleaned_data["abilities"],
        days=form.cleaned_data["days"],
        secret=secret,
        now=request.now,
    )
    is_first = bytes(token.digest) == token_rules.digest_of(secret)
    shown = {"made": token, "secret": secret if is_first else ""}
    return render(
        request, "exchange/tokens.html", _context(request, TokenForm(request.scope, longest=_longest(request))) | shown
    )


@require_POST
def revoke(request: TiejunRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    actions.revoke_token(request.scope, token_id=token_id, now=request.now)
    if request.htmx:
        return render(request, "exchange/tokens.html#list", _context(request, None))
    return redirect("exchange:tokens")


def _longest(request: TiejunRequest) -> int:
    return queries.longest_days(request.scope, now=request.now)


def _context(request: TiejunRequest, form: TokenForm | None) -> dict[str, Any]:
    lines = queries.own_tokens(request.scope, now=request.now)
    return {
        "tokens": [line for line in lines if line.is_living],
        "ended": [line for line in lines if not line.is_living],
        "form": form,
    }
