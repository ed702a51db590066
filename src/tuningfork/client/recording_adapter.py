"""The adapter of a session: sends each request to the target, and logs and journals the exchange."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter

from tuningfork import not_verified
from tuningfork.client.cassette_filters import cassette_disabled
from tuningfork.client.conversion import to_request, to_response
from tuningfork.client.limits import RequestBudget
from tuningfork.client.no_response import CONNECTION_ERRORS, NoResponse, describe_failure
from tuningfork.client.session import prepared_again
from tuningfork.client.transport import IDEMPOTENT_METHODS, MIN_PAUSE_S, TransportContext
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Response
from tuningfork.origin import origin


class RecordingAdapter(BaseAdapter):
    """Sends the requests of one principal's session and logs each exchange.

    Args:
        transport: what all sessions to the API share.
        principal: whose credentials the session has; None for no credentials.
        allows_other_origins: whether requests without secrets may go to other origins, as on a consent page.
    """

    def __init__(
        self, transport: TransportContext, principal: str | None, allows_other_origins: bool = False
    ) -> None:
        super().__init__()
        self._transport = transport
        self._principal = principal
        self._allows_other_origins = allows_other_origins

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request, wait for the whole response and log the exchange.

        Raises:
            ExpectationFailed: the URL is on another origin, to which this request must not be sent.
            NoResponse: no complete response arrived within the target's timeout.
        """
        if not self._transport.is_own(str(request.url)):
            return self._send_to_other_origin(request)
        response = self._send_past_gateway(request)
        retries = 0
        while response.status_code == 429 and self._transport.wait_to_retry(to_response(response), retries):
            response = self._send_past_gateway(prepared_again(request))
            retries += 1
        return response

    def _send_past_gateway(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a request; send it once more if the response is that of a gateway or a cache.

        A request that is not idempotent is not sent again, because it may have had its effect.
        """
        transport, method = self._transport, request.method
        response = self._send_once(
            request,
            is_judged=lambda first: (
                not (transport.may_pass(first.status, method) or transport.is_stale(first, method))
            ),
        )
        if transport.may_pass(response.status_code, method):
            if method not in IDEMPOTENT_METHODS:
                not_verified(f"the response to {method} is {response.status_code} of a gateway")
            transport.rate_limiter.pause(MIN_PAUSE_S)
            return self._send_once(prepared_again(request))
        if transport.is_stale(to_response(response), method):
            return self._send_once(prepared_again(request, {"Cache-Control": "no-cache"}))
        return response

    def _send_to_other_origin(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a request to another origin; the exchange is not checked."""
        transport, host = self._transport, origin(str(request.url))
        has_no_secret = not request.body and "Authorization" not in request.headers
        if not (self._allows_other_origins and (has_no_secret or host in transport.login_origins)):
            raise ExpectationFailed(
                f"a URL on the host of the API, {origin(transport.base_url)}", str(request.url)
            )
        try:
            response = self._fetch(request, time.perf_counter() + transport.timeout)
        except CONNECTION_ERRORS as error:
            reason = describe_failure(error, transport.timeout)
            raise NoResponse(f"a response from {host}", reason, to_request(request)) from None
        transport.exchange_log.add_unchecked(Exchange(to_request(request), to_response(response)))
        return response

    def close(self) -> None:
        """Do nothing: the adapter is shared and is closed by its owner."""

    def _send_once(
        self, request: requests.PreparedRequest, is_judged: Callable[[Response], bool] = lambda _: True
    ) -> requests.Response:
        """Send a request to the target without retries after a 429, and log the exchange.

        Args:
            request: the request.
            is_judged: whether the checks see the response.
        """
        transport = self._transport
        transport.require_target()
        sent_request = to_request(request)
        transport.check_request(self._principal, sent_request, self._allows_other_origins)
        transport.rate_limiter.wait()
        transport.gate.let_pass()  # the time that is left counts after the wait
        transport.exchange_log.count_request()
        start = time.perf_counter()
        try:
            with contextlib.nullcontext() if transport.is_recorded else cassette_disabled():
                response = self._fetch(request, start + transport.timeout)
        except CONNECTION_ERRORS as error:
            reason = describe_failure(error, transport.timeout)
            transport.report_lost(sent_request, reason, time.perf_counter() - start)
            expected = f"a response to {sent_request.method} {sent_request.path}"
            raise NoResponse(expected, reason, sent_request) from None
        if transport.target_health is not None:
            transport.target_health.add_response()
        exchange = Exchange(sent_request, to_response(response), time.perf_counter() - start)
        transport.record(exchange, self._principal, is_judged=is_judged(exchange.response))
        if self._allows_other_origins:  # a login reads the bare response
            EVIDENCE.add(exchange)
        response.exchange = exchange  # type: ignore[attr-defined]  # the client returns what was logged
        return response

    def _fetch(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        """Return the whole response; retry if the server closed an idle connection (RFC 9112 9.3.1)."""
        transport = self._transport
        try:
            response = transport.adapter.send(request, stream=True, timeout=transport.timeout, verify=True)
        except requests.ConnectionError as error:
            remaining = deadline - time.perf_counter()
            if (
                isinstance(error, requests.Timeout)
                or request.method not in IDEMPOTENT_METHODS
                or remaining <= 0
            ):
                raise
            response = transport.adapter.send(request, stream=True, timeout=remaining, verify=True)
        _read_body(response, transport.max_body)
        return response


def _read_body(response: requests.Response, max_body: int) -> None:
    """Read the response body if the adapter has not read it."""
    if response._content is False:  # type: ignore[comparison-overlap]  # requests' marker of an unread body
        response._content = RequestBudget(0, max_body).read_body(response.raw)
