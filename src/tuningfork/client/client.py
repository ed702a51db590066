"""The HTTP client of the tests: sends requests with one principal's credentials and reads lists."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import requests
from requests.auth import AuthBase

from tuningfork.client.conversion import to_request, to_response
from tuningfork.client.raw_credentials import RawCredentials, with_query
from tuningfork.client.raw_http import send_headers_only, send_raw
from tuningfork.client.recording_adapter import RecordingAdapter
from tuningfork.client.request_parts import File, Parameters, body_of, file_list, to_pairs, with_json_type
from tuningfork.client.response import Paginator, Response
from tuningfork.client.session import IsolatedSession
from tuningfork.client.transport import TransportContext
from tuningfork.model import Exchange, ExpectationFailed

__all__ = ["MAX_PAGES", "URL_ERRORS", "Client", "File", "Parameters"]

T = TypeVar("T")
MAX_PAGES = 2000
URL_ERRORS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    UnicodeError,
)
"""Raised for a URL or an id from the target that can't be part of a request."""


class Client:
    """Sends requests with the credentials of one principal.

    Args:
        transport: the shared connection to the target.
        paginator: how the API pages its lists.
        principal: whose credentials the client has ("app", "first", "second"); None for no credentials.
        auth: adds the credentials to each request; None for no credentials.
        token: the access token, if the scheme has one.
        settle: the time for which a list may still lack the result of a write, in seconds.
        headers: headers of every request, unless the request overrides them.
    """

    def __init__(
        self,
        transport: TransportContext,
        paginator: Paginator,
        *,
        principal: str | None = None,
        auth: AuthBase | None = None,
        token: str = "",
        settle: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.transport = transport
        self.base_url = transport.base_url.rstrip("/")
        self.paginator = paginator
        self.principal = principal
        self.auth = auth
        self.token = token
        self.settle = settle
        self.headers = dict(headers or {})
        self.session = IsolatedSession(RecordingAdapter(transport, principal))
        self.session.auth = auth
        self.session.headers.update(self.headers)

    def new_session(self) -> requests.Session:
        """Return a session like a browser's, with its own cookies and without credentials.

        The session may send requests to other origins, as a consent page requires.
        """
        return IsolatedSession(RecordingAdapter(self.transport, self.principal, allows_other_origins=True))

    def mark_unused(self, resource_id: object) -> None:
        """Declare that no resource has this id, after the caller has read all existing ids."""
        if self.transport.write_guard is not None:
            self.transport.write_guard.safety.mark_unused(resource_id)

    def is_forbidden(self, method: str, path: str, **arguments: Any) -> bool:
        """Return whether `request` with these arguments would end the test instead of sending the request.

        That is so if the request could change resources that this run did not create, if the run is
        read-only, or if the replayed cassette has no such request.
        """
        write_guard, was_recorded = self.transport.write_guard, self.transport.was_recorded
        if was_recorded is None and (
            write_guard is None or (write_guard.may_write and not write_guard.protects_existing)
        ):
            return False
        parts = {name: arguments.pop(name, None) for name in ("params", "json", "form", "files", "content")}
        prepared = requests.Request(
            method,
            self.url(path),
            params=to_pairs(parts["params"], {}),
            data=body_of(parts["json"], parts["content"], parts["form"]),
            files=file_list(parts["files"]),
            headers={name: value for name, value in (arguments.get("headers") or {}).items() if value},
        ).prepare()
        request = to_request(prepared)
        if was_recorded is not None:
            return not was_recorded(request)
        return write_guard is not None and write_guard.would_refuse(
            request, self.transport.path_below_base(request.url)
        )

    def with_auth(self, auth: AuthBase | None, token: str = "") -> Client:
        """Return a client for the same target and principal with other credentials."""
        return Client(
            self.transport,
            self.paginator,
            principal=self.principal,
            auth=auth,
            token=token,
            settle=self.settle,
            headers=self.headers,
        )

    def copy(self) -> Client:
        """Return a client with the same credentials and headers, for another thread."""
        client = self.with_auth(self.auth, self.token)
        client.session.headers.update(self.session.headers)
        return client

    def with_token(self, token: str, scheme: str = "OAuth") -> Client:
        """Return a client for the same target with another token in the Authorization header."""
        return self.with_authorization(f"{scheme} {token}", token)

    def with_authorization(self, value: str | None, token: str = "") -> Client:
        """Return a client for the same target with this Authorization header; None sends no such header."""
        client = self.with_auth(None, token)
        if value is not None:
            client.session.headers["Authorization"] = value
        return client

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Parameters | None = None,
        json: Any = None,
        form: Parameters | None = None,
        files: Mapping[str, File] | Iterable[tuple[str, File]] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        **query: Any,
    ) -> Response:
        """Send a request and return its response; redirects are not followed.

        Args:
            method: the request method, sent unchanged.
            path: a path below the base URL, or an absolute URL of the target's host, used unchanged.
            params: query parameters, in addition to those in `query`; True is sent as "true".
            json: a body, sent as application/json; NaN and infinities are written as Python writes them.
            form: a body, sent as a form, or with `files` as multipart/form-data.
            files: parts of the body with file name, bytes and media type.
            content: a body as bytes.
            headers: headers of the request; None removes a default header.
            query: query parameters whose names are Python identifiers.
        """
        try:
            response = self.session.request(
                method,
                self.url(path),
                params=to_pairs(params, query) or None,
                data=body_of(json, content, form),
                files=file_list(files),
                headers=headers if json is None else with_json_type(headers or {}),
                allow_redirects=False,
            )
        except URL_ERRORS as error:
            raise ExpectationFailed(
                "a valid URL and parameters that can be sent", f"{path!r} ({error})"
            ) from None
        return self._to_response(response)

    def get(self, path: str, **rest: Any) -> Response:
        """Send a GET request; see `request`."""
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> Response:
        """Send a POST request; see `request`."""
        return self.request("POST", path, **rest)

    def put(self, path: str, **rest: Any) -> Response:
        """Send a PUT request; see `request`."""
        return self.request("PUT", path, **rest)

    def delete(self, path: str, **rest: Any) -> Response:
        """Send a DELETE request; see `request`."""
        return self.request("DELETE", path, **rest)

    def head(self, path: str, **rest: Any) -> Response:
        """Send a HEAD request; see `request`."""
        return self.request("HEAD", path, **rest)

    def options(self, path: str, **rest: Any) -> Response:
        """Send an OPTIONS request; see `request`."""
        return self.request("OPTIONS", path, **rest)

    def send_raw(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """Send a request line, headers and body exactly as given (latin-1) and return the response."""
        given = list(headers)
        for retries in itertools.count():
            signed, query = self._raw_credentials().sign(method, self.base_url + target, given)
            signed_target = with_query(target, query)
            exchange = send_raw(self.transport, method, signed_target, signed, body, self.principal)
            response = self._record(exchange)
            if not self.transport.wait_to_retry(exchange.response, retries):
                break
        return response

    def send_headers_only(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        content_length: int,
        body_start: bytes = b"",
    ) -> Response | None:
        """Announce a body of `content_length` bytes, send only `body_start`, and return the response.

        Returns:
            The response; None if the target closes the connection without one.

        Raises:
            NoResponse: the target neither responds nor closes the connection; it waits for the rest.
        """
        signed, query = self._raw_credentials().sign(method, self.url(path), list(headers.items()))
        url = with_query(self.url(path), query)
        exchange = send_headers_only(
            self.transport, method, url, signed, content_length, body_start, self.principal
        )
        return None if exchange is None else self._record(exchange)

    def pages(self, path: str, **query: Any) -> Iterator[Response]:
        """Yield the pages of a list, from first to last; raise ExpectationFailed after too many pages."""
        response = self.get(path, **self.paginator.first_query(query))
        for _ in range(MAX_PAGES):
            yield response
            next_url = self.paginator.next_url(response)
            if next_url is None:
                return
            self.transport.exchange_log.walked.add(self.url(path))
            response = self.get(next_url)
        raise ExpectationFailed("a last page", f"{MAX_PAGES} pages, each with a next page")

    def all_items(self, path: str, **query: Any) -> list[Any]:
        """Return all items of a list, from all its pages."""
        return [item for page in self.pages(path, **query) for item in page.expect_ok().items]

    def eventually(self, check: Callable[[], T]) -> T:
        """Return the result of `check`; while it raises AssertionError, repeat for up to `settle` seconds."""
        deadline = time.monotonic() + self.settle
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() >= deadline:
                    self._count_failed_wait(self.settle)
                    raise
                time.sleep(min(0.2, self.settle))

    def _count_failed_wait(self, seconds: float) -> None:
        """Add a wait without success to the total after which the target counts as lost."""
        if seconds and self.transport.target_health is not None:
            self.transport.target_health.add_wait(seconds)

    def extended(self, text: str, before: str = "", after: str = "") -> str:
        """Return a text of `unique_name` with more before and behind it; its mark covers the whole."""
        marks = self.transport.marks
        return before + text + after if marks is None else marks.extended(text, before, after)

    def url(self, path: str) -> str:
        """Return the absolute URL of a path below the base URL; return an absolute URL unchanged."""
        return path if path.startswith(("http://", "https://")) else self.base_url + path

    def _raw_credentials(self) -> RawCredentials:
        return RawCredentials(self.session, self.auth, self.headers, self.base_url)

    def _to_response(self, response: requests.Response) -> Response:
        exchange = getattr(response, "exchange", None) or Exchange(
            to_request(response.request), to_response(response)
        )
        return Response(exchange, self.paginator)

    def _record(self, exchange: Exchange) -> Response:
        """Add an exchange to the log of the run, and return its response."""
        self.transport.record(exchange, self.principal)
        return Response(exchange, self.paginator)
