"""The scheme of authentication that an API brings as Python code: `auth.type: python:MODULE:NAME`."""

from __future__ import annotations

import importlib
from typing import Any

from requests.auth import AuthBase

from tuningfork.client.tokens import Tokens
from tuningfork.registry.api_home import ApiError


def python_auth(declared: str, settings: Any, tokens: Tokens) -> AuthBase:
    """Return what NAME of MODULE returns for the settings and the tokens of a principal.

    Args:
        declared: the type, `python:MODULE:NAME`.
        settings: the API's table of the target.
        tokens: `{access_token}`, or `{username, password}`, as tuningfork.toml has them.

    Raises:
        ApiError: there is no such module or name, or it does not return an AuthBase.
    """
    module, _, name = declared.removeprefix("python:").partition(":")
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ApiError(
            f"conventions.yaml, auth.type: {declared} is not there ({error}); correct it."
        ) from None
    auth = make(settings, tokens)
    if not isinstance(auth, AuthBase):
        raise ApiError(
            f"conventions.yaml, auth.type: {declared} returned no requests.auth.AuthBase; return one."
        )
    return auth
