"""The network adapter of sessions: every exchange has a deadline and a byte limit, and TLS is verified."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.util import parse_url

from tuningfork.client.limits import RequestBudget, apply_budget
from tuningfork.client.route import Route, tls_context
from tuningfork.client.sockets import BudgetedSocket, connect


class FinalResponse(http.client.HTTPResponse):
    """A response that http.client parses; all interim responses (RFC 9110 15.2) are skipped, not only 100."""

    def begin(self) -> None:
        """Read the status line and headers; raise HTTPException for any that http.client can't parse."""
        try:
            super().begin()
        except (OSError, HTTPException):
            raise
        except Exception as error:
            raise HTTPException(f"the response header can't be parsed ({error})") from error

    def _read_status(self) -> tuple[str, int, str]:
        """Return version, status and reason of the first response that is not interim (1xx, except 101)."""
        version, status, reason = super()._read_status()  # type: ignore[misc]  # missing in the type stubs
        while 100 <= status < 200 and status != http.client.SWITCHING_PROTOCOLS:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _Connection(urllib3.connection.HTTPConnection):
    response_class = FinalResponse

    def _new_conn(self) -> BudgetedSocket:
        return connect(self._dns_host, self.port)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # urllib3 overrides it in this way
        """Return the response; raise HTTPException for one that urllib3 can't parse."""
        try:
            return super().getresponse()
        except (OSError, HTTPException, HTTPError):
            raise
        except Exception as error:
            raise HTTPException(f"the response can't be parsed ({error})") from error


class Connection(_Connection):
    """A connection without TLS."""


class TLSConnection(_Connection, urllib3.connection.HTTPSConnection):
    """A connection over TLS."""


class Pool(urllib3.HTTPConnectionPool):
    """Persistent connections without TLS."""

    ConnectionCls = Connection


class TLSPool(urllib3.HTTPSConnectionPool):
    """Persistent connections over TLS."""

    ConnectionCls = TLSConnection


class NetworkAdapter(HTTPAdapter):
    """Sends the requests of a session over a route and reads each response to its end.

    Args:
        route: the proxy, the trusted certificates and the limits of each exchange.
    """

    def __init__(self, route: Route) -> None:
        self.route = route
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TLSPool}

    def new_budget(self, seconds: float | None = None) -> RequestBudget:
        """Return the budget of an exchange: the timeout of the target, or `seconds` if these are fewer."""
        return RequestBudget(min(seconds or self.route.timeout, self.route.timeout), self.route.max_body)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request and return its complete response.

        Only `timeout` is used, if it is shorter than the target's; the other arguments are ignored.

        Raises:
            requests.Timeout: the response was not complete in time.
            TooLargeError: the response body is too long.
            requests.RequestException: the response is not valid HTTP, or the connection failed.
        """
        with apply_budget(self.new_budget(timeout)) as budget:
            try:
                response = super().send(
                    request, stream=True, timeout=self.route.timeout, proxies=self._proxies
                )
                with response:
                    response._content = budget.read_body(response.raw)  # as requests does in .content
                response._content_consumed = True  # type: ignore[attr-defined]  # so that iter_content works
                return response
            except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
                raise _to_requests_error(error, budget) from None

    def open_connection(self, scheme: str, host: str, port: int | None) -> Connection | TLSConnection:
        """Return a new connection, through the proxy if the route has one; the caller closes it.

        Raises:
            OSError, urllib3.exceptions.HTTPError: the connection could not be opened in time.
        """
        proxy = parse_url(self.route.proxy) if self.route.proxy else None
        connection_class = TLSConnection if scheme == "https" else Connection
        tls_options: dict[str, Any] = {"ssl_context": tls_context(self.route.ca)} if scheme == "https" else {}
        if proxy is None:
            connection = connection_class(host, port or connection_class.default_port, **tls_options)
        else:
            connection = connection_class(str(proxy.host), proxy.port or 80, **tls_options)
        if proxy is not None and scheme == "https":
            connection.set_tunnel(
                host, port or connection_class.default_port, self.proxy_headers(str(self.route.proxy))
            )
        connection.connect()
        return connection

    def is_forwarded(self, scheme: str) -> bool:
        """Return whether a proxy reads the requests and so needs absolute URLs (RFC 9112 3.2.2)."""
        return bool(self.route.proxy) and scheme == "http"

    def forward_headers(self, scheme: str) -> list[tuple[str, str]]:
        """Return the headers that a proxy needs in a request that it forwards."""
        return list(self.proxy_headers(str(self.route.proxy)).items()) if self.is_forwarded(scheme) else []

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Build a requests.Response; raise RequestException if the response is malformed."""
        try:
            return super().build_response(req, resp)
        except Exception as error:
            resp.close()
            raise requests.RequestException(f"the response can't be parsed ({error})") from error

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Return the connection pools of a proxy, which use this module's connection classes."""
        manager = super().proxy_manager_for(proxy, ssl_context=tls_context(self.route.ca), **proxy_kwargs)
        manager.pool_classes_by_scheme = self.poolmanager.pool_classes_by_scheme
        return manager

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Create the connection pools with the TLS context of the route."""
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=tls_context(self.route.ca), **options
        )

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the TLS context verifies, regardless of the session's settings."""

    @property
    def _proxies(self) -> dict[str, str]:
        return {"http": self.route.proxy, "https": self.route.proxy} if self.route.proxy else {}


def _to_requests_error(error: Exception, budget: RequestBudget) -> Exception:
    """Return the error to raise: for an exceeded limit, an invalid content coding, or a failed connection."""
    if exceeded := budget.limit_error():
        return requests.Timeout(exceeded) if isinstance(exceeded, TimeoutError) else exceeded
    if isinstance(error, DecodeError):
        return requests.exceptions.ContentDecodingError(error)
    return error if isinstance(error, requests.RequestException) else requests.ConnectionError(error)
