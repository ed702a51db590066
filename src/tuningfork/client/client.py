"""One party's view of a target: what a suite sends, and what it says of the answers."""

from __future__ import annotations

import json as jsonlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

import requests
from requests.auth import AuthBase

from tuningfork.client.raw_http import announce, send_raw
from tuningfork.client.session import Session
from tuningfork.client.transport import Transport, Wire, request_of, response_of
from tuningfork.json_text import read_json
from tuningfork.model import Exchange, Headers, Unmet

T = TypeVar("T")
Pairs = Mapping[str, Any] | Iterable[tuple[str, Any]]
File = tuple[str, bytes, str]
MOST_PAGES = 2000
UNSENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    UnicodeError,
)
"""What comes of a URL or an id that a target has given and that no client can use."""


class Pager(Protocol):
    """How an API pages its lists."""

    def first(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the first page."""

    def sized(self, count: int) -> dict[str, Any]:
        """The query of a page of so many items; nothing where pages have one size."""

    def items(self, body: Any) -> list[Any]:
        """The items of a page; Unmet if it is none."""

    def following(self, answer: Answer) -> str | None:
        """Path or URL of the next page; None at the end."""


class JsonObject(dict[str, Any]):
    """An object of an answer; to ask for a member that it has not is a failure of the target."""

    def __missing__(self, name: str) -> Any:
        raise Unmet(f"a member {name!r}", f"only {', '.join(map(repr, self)) or 'an empty object'}")


class Answer:
    """What came back, with the assertions that every suite makes."""

    def __init__(self, exchange: Exchange, pager: Pager) -> None:
        self.exchange = exchange
        self._pager = pager

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.response.status

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return self.exchange.response.headers

    @property
    def content(self) -> bytes:
        """The body."""
        return self.exchange.response.body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.exchange.response.text

    @cached_property
    def json(self) -> Any:
        """The body as JSON, its objects as JsonObject; Unmet if it is none."""
        try:
            return read_json(self.content, JsonObject, max_depth=None)  # the checks see to the depth
        except ValueError:
            raise Unmet("JSON", f"{self.status} with {self.text!r}") from None

    @property
    def object(self) -> JsonObject:
        """The body as a JSON object; Unmet if it is none."""
        body = self.json
        if not isinstance(body, JsonObject):
            raise Unmet("a JSON object", f"{self.status} with {self.text!r}")
        return body

    @property
    def items(self) -> list[Any]:
        """The items of a list, out of the API's envelope; Unmet if it is no list."""
        return self._pager.items(self.json)

    def has_status(self, *allowed: int) -> Self:
        """One of these, or Unmet."""
        if self.status not in allowed:
            raise Unmet(" or ".join(map(str, allowed)), f"{self.status} with {self.text!r}")
        return self

    def is_ok(self) -> Self:
        """200, or Unmet."""
        return self.has_status(200)

    def is_created(self) -> Self:
        """201, or Unmet."""
        return self.has_status(201)

    def is_refused(self) -> Self:
        """Any 4xx, or Unmet."""
        if not 400 <= self.status < 500:
            raise Unmet("a 4xx", f"{self.status} with {self.text!r}")
        return self


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
        wire: Wire,
        pager: Pager,
        *,
        holder: str | None = None,
        auth: AuthBase | None = None,
        token: str = "",
        settle: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.wire = wire
        self.base_url = wire.base_url.rstrip("/")
        self.pager = pager
        self.holder = holder
        self.auth = auth
        self.token = token
        self.settle = settle
        self.headers = dict(headers or {})
        self.session = Session(Transport(wire, holder))
        self.session.auth = auth
        self.session.headers.update(self.headers)

    def new_session(self) -> requests.Session:
        """A browser: a session on the same way, with cookies of its own and no credentials.

        A consent page may lead it to other origins.
        """
        return Session(Transport(self.wire, self.holder, roams=True))

    def vouch(self, unknown: object) -> None:
        """Say that nothing has this id, since all ids that are taken were read."""
        if self.wire.care is not None:
            self.wire.care.guard.vouch(unknown)

    def would_change(self, method: str, path: str, **arguments: Any) -> bool:
        """Whether this must not be sent: it could change what this run has not made, or the run only reads.

        The arguments are those of `request`.
        """
        care, has_recorded = self.wire.care, self.wire.has_recorded
        if has_recorded is None and (care is None or (care.writes and not care.is_strict)):
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
        request = request_of(prepared)
        if has_recorded is not None:
            return not has_recorded(request)
        return care is not None and care.refuses(request, self.wire.path_below_base(request.url))

    def with_auth(self, auth: AuthBase | None, token: str = "") -> Client:
        """The same target with other credentials, for the same holder."""
        return Client(
            self.wire,
            self.pager,
            holder=self.holder,
            auth=auth,
            token=token,
            settle=self.settle,
            headers=self.headers,
        )

    def with_token(self, token: str, scheme: str = "OAuth") -> Client:
        """The same target with another token in the Authorization header."""
        return self.with_header(f"{scheme} {token}", token)

    def with_header(self, value: str | None, token: str = "") -> Client:
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
        params: Pairs | None = None,
        json: Any = None,
        form: Pairs | None = None,
        files: Mapping[str, File] | Iterable[tuple[str, File]] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        **query: Any,
    ) -> Answer:
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
        except UNSENDABLE as odd:
            raise Unmet(
                "a URL that can be followed, and values that can be sent", f"{path!r} ({odd})"
            ) from None
        return self._answer_of(response)

    def get(self, path: str, **rest: Any) -> Answer:
        """GET; see request."""
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> Answer:
        """POST; see request."""
        return self.request("POST", path, **rest)

    def put(self, path: str, **rest: Any) -> Answer:
        """PUT; see request."""
        return self.request("PUT", path, **rest)

    def delete(self, path: str, **rest: Any) -> Answer:
        """DELETE; see request."""
        return self.request("DELETE", path, **rest)

    def head(self, path: str, **rest: Any) -> Answer:
        """HEAD; see request."""
        return self.request("HEAD", path, **rest)

    def options(self, path: str, **rest: Any) -> Answer:
        """OPTIONS; see request."""
        return self.request("OPTIONS", path, **rest)

    def raw(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        """One exchange whose request line, fields and body go out exactly as given (latin-1)."""
        signed = self._signed(method, self.base_url + target, list(headers))
        answer = self._kept(send_raw(self.wire, method, target, signed, body, self.holder))
        tries = 0
        while self.wire.obeys(answer.exchange.response, tries):
            answer = self._kept(send_raw(self.wire, method, target, signed, body, self.holder))
            tries += 1
        return answer

    def announce(
        self, method: str, path: str, *, headers: Mapping[str, str], content_length: int, start: bytes = b""
    ) -> Answer | None:
        """Announce a body, send only its start, and see what the target says; None if it closes.

        Raises:
            NoAnswer: it neither answers nor closes: it waits for the rest.
        """
        fields = self._signed(method, self.url(path), list(headers.items()))
        exchange = announce(self.wire, method, self.url(path), fields, content_length, start, self.holder)
        return None if exchange is None else self._kept(exchange)

    def pages(self, path: str, **query: Any) -> Iterator[Answer]:
        """The pages of a list, from the first to the last; Unmet if they do not end."""
        answer = self.get(path, **self.pager.first(query))
        for _ in range(MOST_PAGES):
            yield answer
            following = self.pager.following(answer)
            if following is None:
                return
            answer = self.get(following)
        raise Unmet("a list that ends", f"{MOST_PAGES} pages and still a next one")

    def everything(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        return [item for page in self.pages(path, **query) for item in page.is_ok().items]

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
        if seconds and self.wire.patience is not None:
            self.wire.patience.waited(seconds)

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

    def _answer_of(self, response: requests.Response) -> Answer:
        return Answer(Exchange(request_of(response.request), response_of(response)), self.pager)

    def _kept(self, exchange: Exchange) -> Answer:
        Transport(self.wire, self.holder).keep(exchange)
        return Answer(exchange, self.pager)


def _pairs(params: Pairs | None, query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    given = list(params.items() if isinstance(params, Mapping) else params or ())
    return [(name, _word(value)) for name, value in [*given, *query.items()]]


def _body(json: Any, content: bytes | None, form: Pairs | None) -> bytes | list[tuple[str, Any]] | None:
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
