"""The one way to the network: each exchange has a deadline and a cap of bytes, and TLS is verified."""

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
    """An answer as http.client reads it, which skips every interim answer (RFC 9110 15.2), not 100 alone."""

    def begin(self) -> None:
        """Read the header; whatever can't be read of it is the server's fault."""
        try:
            super().begin()
        except (OSError, HTTPException):
            raise
        except Exception as odd:
            raise HTTPException(f"a header that can't be read ({odd})") from odd

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # it is not in the stubs
        while 100 <= status < 200 and status != http.client.SWITCHING_PROTOCOLS:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _Connection(urllib3.connection.HTTPConnection):
    response_class = FinalResponse

    def _new_conn(self) -> BudgetedSocket:
        return connect(self._dns_host, self.port)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # so has urllib3 it
        """The answer; whatever can't be read of it is the server's fault."""
        try:
            return super().getresponse()
        except (OSError, HTTPException, HTTPError):
            raise
        except Exception as odd:
            raise HTTPException(f"an answer that can't be read ({odd})") from odd


class Connection(_Connection):
    """A connection without TLS."""


class TLSConnection(_Connection, urllib3.connection.HTTPSConnection):
    """A connection under TLS."""


class Pool(urllib3.HTTPConnectionPool):
    """Connections without TLS, kept alive."""

    ConnectionCls = Connection


class TLSPool(urllib3.HTTPSConnectionPool):
    """Connections under TLS, kept alive."""

    ConnectionCls = TLSConnection


class NetworkAdapter(HTTPAdapter):
    """Sends what requests has prepared, and gives whole answers."""

    def __init__(self, route: Route) -> None:
        self.route = route
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TLSPool}

    def new_budget(self, seconds: float | None = None) -> RequestBudget:
        """What an exchange may take; its seconds are the target's timeout unless there are fewer."""
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
        """One exchange, its answer read whole; only `timeout` may be chosen, and only be shorter.

        Raises:
            requests.Timeout: the whole answer was not there in time.
            TooLargeError: it has more bytes than are read.
            requests.RequestException: there is no answer that can be read.
        """
        with apply_budget(self.new_budget(timeout)) as budget:
            try:
                response = super().send(
                    request, stream=True, timeout=self.route.timeout, proxies=self._proxies
                )
                with response:
                    response._content = budget.read_body(response.raw)  # as requests itself does in .content
                response._content_consumed = True  # type: ignore[attr-defined]  # so that it can be iterated
                return response
            except (requests.RequestException, HTTPError, HTTPException, OSError) as failed:
                raise _reason(failed, budget) from None

    def open_connection(self, scheme: str, host: str, port: int | None) -> Connection | TLSConnection:
        """A connection of one's own, through the proxy if there is one; its user closes it.

        Raises:
            OSError, urllib3.exceptions.HTTPError: there is none in time.
        """
        proxy = parse_url(self.route.proxy) if self.route.proxy else None
        kind = TLSConnection if scheme == "https" else Connection
        verified: dict[str, Any] = {"ssl_context": tls_context(self.route.ca)} if scheme == "https" else {}
        if proxy is None:
            made = kind(host, port or kind.default_port, **verified)
        else:
            made = kind(str(proxy.host), proxy.port or 80, **verified)
        if proxy is not None and scheme == "https":
            made.set_tunnel(host, port or kind.default_port, self.proxy_headers(str(self.route.proxy)))
        made.connect()
        return made

    def is_forwarded(self, scheme: str) -> bool:
        """Whether a proxy reads the requests, and so wants whole URLs (RFC 9112 3.2.2)."""
        return bool(self.route.proxy) and scheme == "http"

    def forward_headers(self, scheme: str) -> list[tuple[str, str]]:
        """What a proxy that reads the requests wants in them."""
        return list(self.proxy_headers(str(self.route.proxy)).items()) if self.is_forwarded(scheme) else []

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """As HTTPAdapter's; what can't be read is the server's fault."""
        try:
            return super().build_response(req, resp)
        except Exception as odd:
            resp.close()
            raise requests.RequestException(f"an answer that can't be read ({odd})") from odd

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """The pools behind a proxy; they are of our kind too."""
        manager = super().proxy_manager_for(proxy, ssl_context=tls_context(self.route.ca), **proxy_kwargs)
        manager.pool_classes_by_scheme = self.poolmanager.pool_classes_by_scheme
        return manager

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """The pools, all of one trust."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=tls_context(self.route.ca), **more)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The trust is in the pools; nothing that a session says changes it."""

    @property
    def _proxies(self) -> dict[str, str]:
        return {"http": self.route.proxy, "https": self.route.proxy} if self.route.proxy else {}


def _reason(failed: Exception, budget: RequestBudget) -> Exception:
    """The failure by its cause: no time, too many bytes, or what requests says."""
    if exceeded := budget.limit_error():
        return requests.Timeout(exceeded) if isinstance(exceeded, TimeoutError) else exceeded
    if isinstance(failed, DecodeError):
        return requests.exceptions.ContentDecodingError(failed)
    return failed if isinstance(failed, requests.RequestException) else requests.ConnectionError(failed)
