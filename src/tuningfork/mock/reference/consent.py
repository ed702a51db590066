"""The page on which a user of the reference server approves the access of an app."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from flask import Response

TYPED = ("username", "password", "decision")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Access</title></head>
<body><h1>An app asks for access</h1>
<form method="post" action="{action}">{hidden}
<label>Name <input name="username"></label>
<label>Password <input type="password" name="password"></label>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form></body></html>
"""


def consent_page(action: str, parameters: Mapping[str, str]) -> Response:
    """Return the page for the parameters of an authorization request."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
        if name not in TYPED
    )
    page = PAGE.format(action=escape(action), hidden=hidden)
    return Response(page, content_type="text/html; charset=utf-8")


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """Return a URL with further parameters in its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def redirect_to(url: str) -> Response:
    """Return the redirect of a browser to the app."""
    return Response(status=302, headers={"Location": url})
