"""Scopes of SoundCloud's checks: each returns whether a check applies to an exchange."""

from __future__ import annotations

from tuningfork.checks.base import Scope, all_of, for_operations, is_client_error, is_secured, status_in
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange


def has_own_error_format(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the path has an error format of its own: /connect, /oauth2/token and /oembed."""
    path = exchange.request.path.rstrip("/")
    is_oembed = operation is None and {"format", "url"} <= {name for name, _ in exchange.request.query}
    return is_oembed or path.endswith(("/connect", "/oauth2/token", "/oembed"))


def needs_error_format(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether a response must be an error in the format of SC-ERR-01."""
    return (
        is_client_error(exchange, operation)
        and exchange.response.status != 429
        and not has_own_error_format(exchange, operation)
        and not rejected_by_http_layer(exchange)
    )


def is_token_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the exchange is a POST /oauth2/token with a 4xx."""
    is_token_request = exchange.request.method == "POST" and exchange.request.path.endswith("/oauth2/token")
    return is_token_request and is_client_error(exchange, operation) and not rejected_by_http_layer(exchange)


def is_cross_domain_get(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the exchange is a successful or redirected GET of an operation that needs a token."""
    return (
        is_secured(exchange, operation)
        and exchange.request.method == "GET"
        and exchange.response.status < 400
    )


def is_cross_domain_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the response is a 401 or 404 in the API's own error format."""
    is_error = exchange.response.status in (401, 404) and exchange.request.method != "OPTIONS"
    return is_error and not has_own_error_format(exchange, operation)


def is_paged(_: Exchange, operation: Operation | None) -> bool:
    """Return whether the operation is a paged list: the OpenAPI document gives it the claim SC-PAGE-05."""
    return operation is not None and "SC-PAGE-05" in operation.claims


def is_partitioned(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the exchange is a page of a list with linked_partitioning."""
    is_linked = query_parameter(exchange, "linked_partitioning") in ("true", "1")
    return is_linked and is_paged(exchange, operation) and exchange.response.status == 200


def omits_tracks(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the request is for a playlist without its tracks."""
    is_omitted = query_parameter(exchange, "show_tracks") == "false"
    return is_omitted and for_operations("GET /playlists/{playlist_id}")(exchange, operation)


def filters_by_access(*, by_several: bool) -> Scope:
    """Return a scope: lists of tracks whose request has one valid value of `access`, or several."""

    def applies(exchange: Exchange, operation: Operation | None) -> bool:
        """Return whether a track list is filtered by valid values of `access`: one, or several."""
        values = (query_parameter(exchange, "access") or "").split(",")
        are_valid = set(values) <= {"playable", "preview", "blocked"}
        is_track_list = operation is not None and "SC-ACCESS-02" in operation.claims
        return is_track_list and are_valid and by_several == (len(values) > 1)

    return applies


TOKENS = all_of(for_operations("POST /oauth2/token"), status_in(200))
TRACKS = all_of(for_operations("GET /tracks"), status_in(200))
