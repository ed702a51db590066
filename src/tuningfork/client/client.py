"""One party's view of a target: what a suite sends, and what it says of the answers."""

from __future__ import annotations

import json as jsonlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import requests
from requests.auth import AuthBase

from tuningfork.client.raw_http import send_headers_only, send_raw
from tuningfork.client.response import Paginator, Response
from tuningfork.client.session import IsolatedSession
from tuningfork.client.transport import RecordingAdapter, TransportContext, to_request, to_response
from tuningfork.model import Exchange, ExpectationFailed

T = TypeVar("T")
Parameters = Mapping[str, Any] | Iterable[tuple[str, Any]]
File = tuple[str, bytes, str]
MAX_PAGES = 2000
URL_ERRORS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    UnicodeError,
)
"""What comes of a URL or an id that a target has given and that no client can use."""


class Client:
    """Sends for one holder of credentials.

    Args:
        wire: the way to the target.
        pager: how the API pages.
        holder: whose credentials these are; None for nobody's.
        auth: adds the credentials to a request; None for none.
        token: the access token, where the scheme has one.
        settle: seconds that a list may lag a write.
        headers: fields that every request has, unless it says otherwise.
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
        """A browser: a session on the same way, with cookies of its own and no credentials.

        A consent page may lead it to other origins.
        """
        return IsolatedSession(RecordingAdapter(self.transport, self.principal, allows_other_origins=True))

    def mark_unused(self, unknown: object) -> None:
        """Say that nothing has this id, since all ids that are taken were read."""
        if self.transport.write_guard is not None:
            self.transport.write_guard.safety.mark_unused(unknown)

    def is_forbidden(self, method: str, path: str, **arguments: Any) -> bool:
        """Whether this must not be sent: it could change what this run has not made, or the run only reads.

        The arguments are those of `request`.
        """
        care, has_recorded = self.transport.write_guard, self.transport.was_recorded
        if has_recorded is None and (care is None or (care.may_write and not care.protects_existing)):
            return False
        fields = {name: arguments.pop(name, None) for name in ("params", "json", "form", "files", "content")}
        prepared = requests.Request(
            method,
            self.url(path),
            params=_pairs(fields["params"], {}),
            data=_body(fields["json"], fields["content"], fields["form"]),
            files=_files(fields["files"]),
            headers={name: value for name, value in (arguments.get("headers") or {}).items() if value},
        ).prepare()
        request = to_request(prepared)
        if has_recorded is not None:
            return not has_recorded(request)
        return care is not None and care.would_refuse(request, self.transport.path_below_base(request.url))

    def with_auth(self, auth: AuthBase | None, token: str = "") -> Client:
        """The same target with other credentials, for the same holder."""
        return Client(
            self.transport,
            self.paginator,
            principal=self.principal,
            auth=auth,
            token=token,
            settle=self.settle,
            headers=self.headers,
        )

    def with_token(self, token: str, scheme: str = "OAuth") -> Client:
        """The same target with another token in the Authorization header."""
        return self.with_authorization(f"{scheme} {token}", token)

    def with_authorization(self, value: str | None, token: str = "") -> Client:
        """The same target with that Authorization header, or none."""
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
        """One exchange; redirects are not followed.

        Args:
            method: as it is sent.
            path: below the base URL, or an absolute URL of the target's own host, used as it is.
            params: parameters of the query, with those of `query`; True reads "true".
            json: a body, sent as application/json; NaN and infinities are written as Python writes them.
            form: a body, sent as a form, or with `files` as multipart/form-data.
            files: parts with file name, bytes and media type.
            content: a body as it stands.
            headers: header fields; None takes out what would be sent.
            query: parameters whose names are Python's too.
        """
        try:
            response = self.session.request(
                method,
                self.url(path),
                params=_pairs(params, query) or None,
                data=_body(json, content, form),
                files=_files(files),
                headers=headers if json is None else _as_json(headers or {}),
                allow_redirects=False,
            )
        except URL_ERRORS as odd:
            raise ExpectationFailed(
                "a URL that can be followed, and values that can be sent", f"{path!r} ({odd})"
            ) from None
        return self._answer_of(response)

    def get(self, path: str, **rest: Any) -> Response:
        """GET; see request."""
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> Response:
        """POST; see request."""
        return self.request("POST", path, **rest)

    def put(self, path: str, **rest: Any) -> Response:
        """PUT; see request."""
        return self.request("PUT", path, **rest)

    def delete(self, path: str, **rest: Any) -> Response:
        """DELETE; see request."""
        return self.request("DELETE", path, **rest)

    def head(self, path: str, **rest: Any) -> Response:
        """HEAD; see request."""
        return self.request("HEAD", path, **rest)

    def options(self, path: str, **rest: Any) -> Response:
        """OPTIONS; see request."""
        return self.request("OPTIONS", path, **rest)

    def send_raw(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """One exchange whose request line, fields and body go out exactly as given (latin-1)."""
        signed = self._signed(method, self.base_url + target, list(headers))
        answer = self._kept(send_raw(self.transport, method, target, signed, body, self.principal))
        tries = 0
        while self.transport.wait_to_retry(answer.exchange.response, tries):
            answer = self._kept(send_raw(self.transport, method, target, signed, body, self.principal))
            tries += 1
        return answer

    def send_headers_only(
        self, method: str, path: str, *, headers: Mapping[str, str], content_length: int, start: bytes = b""
    ) -> Response | None:
        """Announce a body, send only its start, and see what the target says; None if it closes.

        Raises:
            NoAnswer: it neither answers nor closes: it waits for the rest.
        """
        fields = self._signed(method, self.url(path), list(headers.items()))
        exchange = send_headers_only(
            self.transport, method, self.url(path), fields, content_length, start, self.principal
        )
        return None if exchange is None else self._kept(exchange)

    def pages(self, path: str, **query: Any) -> Iterator[Response]:
        """The pages of a list, from the first to the last; ExpectationFailed if they do not end."""
        answer = self.get(path, **self.paginator.first_query(query))
        for _ in range(MAX_PAGES):
            yield answer
            following = self.paginator.next_url(answer)
            if following is None:
                return
            answer = self.get(following)
        raise ExpectationFailed("a list that ends", f"{MAX_PAGES} pages and still a next one")

    def all_items(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        return [item for page in self.pages(path, **query) for item in page.expect_ok().items]

    def eventually(self, check: Callable[[], T]) -> T:
        """What `check` gives, looked for again while it fails and a list may lag a write."""
        deadline = time.monotonic() + self.settle
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() >= deadline:
                    self._waited(self.settle)
                    raise
                time.sleep(min(0.2, self.settle))

    def _waited(self, seconds: float) -> None:
        """Waiting that came to nothing counts against the target's patience."""
        if seconds and self.transport.target_health is not None:
            self.transport.target_health.add_wait(seconds)

    def url(self, path: str) -> str:
        """The absolute URL of a path below the base; an absolute one as it is."""
        return path if path.startswith(("http://", "https://")) else self.base_url + path

    def _signed(self, method: str, url: str, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The fields with those of this client, its Authorization among them, that they have not."""
        named = {name.lower() for name, _ in fields}
        is_usual, usual = self._usual
        own = {**self.headers, "Authorization": usual if is_usual else self._authorization(method, url)}
        added = [(name, value) for name, value in own.items() if value and name.lower() not in named]
        return [*added, *fields]

    @cached_property
    def _usual(self) -> tuple[bool, str | None]:
        """Whether the field is the same for every request, which saves making it again, and what it is."""
        one, other = (self._authorization("GET", f"{self.base_url}/{path}") for path in "ab")
        return one == other, one

    def _authorization(self, method: str, url: str) -> str | None:
        """The field for a request without a body; where an odd URL allows none, that of "/"."""
        try:
            prepared = self.session.prepare_request(requests.Request(method, url))
        except (ValueError, requests.RequestException):
            prepared = self.session.prepare_request(requests.Request("GET", self.base_url))
        return prepared.headers.get("Authorization")

    def _answer_of(self, response: requests.Response) -> Response:
        return Response(Exchange(to_request(response.request), to_response(response)), self.paginator)

    def _kept(self, exchange: Exchange) -> Response:
        RecordingAdapter(self.transport, self.principal).record(exchange)
        return Response(exchange, self.paginator)


def _pairs(params: Parameters | None, query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    given = list(params.items() if isinstance(params, Mapping) else params or ())
    return [(name, _word(value)) for name, value in [*given, *query.items()]]


def _body(json: Any, content: bytes | None, form: Parameters | None) -> bytes | list[tuple[str, Any]] | None:
    """The body of a request; requests itself refuses numbers that JSON does not have."""
    if json is not None:
        return jsonlib.dumps(json).encode()
    return content if content is not None else _pairs(form, {}) or None


def _as_json(headers: Mapping[str, str | None]) -> Mapping[str, str | None]:
    named = any(name.lower() == "content-type" for name in headers)
    return headers if named else {**headers, "Content-Type": "application/json"}


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _files(files: Mapping[str, File] | Iterable[tuple[str, File]] | None) -> list[tuple[str, File]] | None:
    if files is None:
        return None
    return list(files.items() if isinstance(files, Mapping) else files)
