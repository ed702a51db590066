"""tuningfork.toml: the targets that a run can be held against."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from tuningfork.client.route import MAX_BODY_BYTES, CertificateFileError, Route
from tuningfork.origin import origin

FILE_NAME = "tuningfork.toml"
BUILT_IN_TARGETS = ("mock", "cassette")
"""Targets that are always there, so that no table may have their names."""
TARGET_NAME = re.compile(r"\w[\w.-]{0,59}")
"""A target's name; it is the name of a folder too, which has 255 bytes at most."""


class ConfigurationError(Exception):
    """What is wrong with a configuration: one sentence with the file, the place and the remedy."""


def without_userinfo(url: str) -> str:
    """The URL, which reports and cassettes name, so that it may hold no credentials."""
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]:
        raise ValueError(
            "a URL here must not contain a user or password, which would stand in reports and cassettes; "
            "remove everything up to the @"
        )
    return url


def _requests_a_second(rate: object) -> object:
    if isinstance(rate, str) and (read := re.fullmatch(r"(\d+(?:\.\d+)?)/(s|m|h)", rate)):
        return float(read[1]) / {"s": 1, "m": 60, "h": 3600}[read[2]]
    raise ValueError('a rate reads like "10/s", "300/m" or "5000/h"')


def _bytes(size: object) -> object:
    if isinstance(size, str) and (
        read := re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?) ?([kKMG]i?B)", size.strip())
    ):
        base = 1024 if "i" in read[2] else 1000
        return int(float(read[1]) * base ** (1 + "kmg".index(read[2][0].lower())))
    if isinstance(size, int) and not isinstance(size, bool):
        return size
    raise ValueError('a size reads like "64 MiB" or "500 kB", or is a whole number of bytes')


def _proxy(url: object) -> object:
    if isinstance(url, str) and re.fullmatch(r"http://[^/?#\s]+/?", url) and origin(url):
        return url
    raise ValueError('a proxy reads like "http://proxy.example.com:3128"')


def _login_host(host: str) -> str:
    url = host if "://" in host else f"https://{host}"
    if re.fullmatch(r"https?://[^/?#@\s]+/?", url) and origin(url):
        return host.rstrip("/")
    raise ValueError('a login host reads like "login.example.com" or "https://login.example.com:8443"')


ByteSize = Annotated[int, BeforeValidator(_bytes), Field(gt=0)]
Proxy = Annotated[SecretStr, BeforeValidator(_proxy)]
LoginHost = Annotated[str, AfterValidator(_login_host)]
CONNECTION_FIELDS = frozenset({"max_body", "patience", "max_lost", "ca", "proxy", "login_hosts"})
"""Fields of Settings that say how this run reaches an API, and nothing of which API it is."""


def _http_url(url: str) -> str:
    try:
        is_url = url.startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
        is_url = is_url and urlsplit(url).port != 0
    except ValueError:  # a port beyond 65535, half an IPv6 address
        is_url = False
    if not is_url or re.search(r"[\s\x00-\x1f\x7f?#\\]", url):
        raise ValueError(
            'a URL reads like "https://api.example.com/v1": http or https, a host, '
            "a port up to 65535, no query, no fragment"
        )
    return url


HttpUrl = Annotated[str, AfterValidator(without_userinfo), AfterValidator(_http_url)]


class Options(BaseModel):
    """How a target may be treated; the defaults are those of a target that says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    writes: Annotated[bool, Field(strict=True)] = False
    rate: Annotated[float, BeforeValidator(_requests_a_second), Field(gt=0, allow_inf_nan=False)] = 5.0
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 10.0
    settle: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)] = 2.0
    patience: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 300.0
    max_body: ByteSize = MAX_BODY_BYTES
    max_lost: Annotated[int, Field(ge=1, strict=True)] = 5
    ca: Path | None = None
    proxy: Proxy | None = None


class User(BaseModel):
    """A user of the API: a name and password for a consent page, or tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str | None = None
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    @property
    def can_log_in(self) -> bool:
        """Whether a consent page can be driven for this user."""
        return self.username is not None and self.password is not None


class Users(BaseModel):
    """The users whom the target's owner lends to a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: User | None = None
    second: User | None = None

    def names(self) -> list[str]:
        """The names of those that there are."""
        return [name for name, user in (("first", self.first), ("second", self.second)) if user is not None]


class Settings(BaseModel):
    """One API of a target; a profile adds the fields of its own.

    `max_body`, `patience`, `max_lost`, `ca` and `proxy` stand for this API in place of the target's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: HttpUrl
    controls: HttpUrl | None = None
    users: Users = Users()
    given: dict[str, Any] = {}
    max_body: ByteSize | None = None
    patience: Annotated[float, Field(gt=0)] | None = None
    max_lost: Annotated[int, Field(ge=1, strict=True)] | None = None
    ca: Path | None = None
    proxy: Proxy | None = None
    login_hosts: tuple[LoginHost, ...] = ()

    @property
    def login_origins(self) -> frozenset[str]:
        """Where a password may be typed beside base_url's origin; a host without a scheme has base_url's."""
        scheme = self.base_url.partition("://")[0]
        return frozenset(origin(one if "://" in one else f"{scheme}://{one}") for one in self.login_hosts)

    def reservation_keys(self) -> list[str]:
        """A key for each user at the base URL (for the app, if there are none), which tells no secret."""
        lent = [user for user in (self.users.first, self.users.second) if user is not None]
        who = [user.username or str(_revealed(user)) for user in lent]
        apart = {"base_url", "controls", "given", "users"}
        who = who or [str(_revealed({k: v for k, v in dict(self).items() if k not in apart}))]
        place = self.base_url.rstrip("/").lower()
        return [hashlib.sha256(f"{place} {each}".encode()).hexdigest()[:16] for each in who]

    def lacks(self, need: str) -> bool:
        """Whether this target is without a need of claims/README.md, "write" apart."""
        kind, _, name = need.partition(":")
        match kind:
            case "user":
                return self.users.first is None
            case "user2":
                return self.users.second is None
            case "login":
                return self.users.first is None or not self.users.first.can_log_in
            case "given":
                return self.given.get(name, getattr(self, name, None)) is None
            case "control":
                return self.controls is None
        return False


def _revealed(value: object) -> object:
    """A model as plain values, its secrets in clear."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel | Mapping):
        return {name: _revealed(member) for name, member in dict(value).items()}
    return value


class Target(BaseModel):
    """A target by its name: how it may be treated, and the tables of its APIs, not validated yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    options: Options
    tables: dict[str, dict[str, Any]]
    file: Path

    def options_for(self, settings: Settings) -> Options:
        """The options for one API: its own where it has them, else the target's."""
        return self.options.model_copy(
            update={
                name: value
                for name in CONNECTION_FIELDS & Options.model_fields.keys()
                if (value := getattr(settings, name)) is not None
            }
        )

    def route(self, settings: Settings, api: str) -> Route:
        """How one API is reached.

        Raises:
            ConfigurationError: `ca` is no file of certificates.
        """
        options = self.options_for(settings)
        proxy = None if options.proxy is None else options.proxy.get_secret_value()
        ca = options.ca and self.file.parent / options.ca
        try:
            return Route(options.timeout, options.max_body, ca, proxy)
        except CertificateFileError as wrong:
            place = f"targets.{self.name}" + (f".{api}" if settings.ca else "")
            raise ConfigurationError(f"{self.file}: {place}.ca: {wrong}; name a PEM file.") from None


S = TypeVar("S", bound=BaseModel)


def load_target(file: Path, name: str) -> Target:
    """Read one target of tuningfork.toml.

    Raises:
        ConfigurationError: no file, no such target, no TOML, a wrong name or type, an unset variable.
    """
    table = _filled_in(_table(file, name), file, f"targets.{name}")
    apis = {key: value for key, value in table.items() if isinstance(value, dict)}
    plain = {key: value for key, value in table.items() if key not in apis}
    return Target(
        name=name, options=validate_table(Options, plain, file, f"targets.{name}"), tables=apis, file=file
    )


def load_base_urls(file: Path, name: str) -> dict[str, str]:
    """The base URL of each API of a target; nothing else of it is needed, no secret either.

    Raises:
        ConfigurationError: no file, no such target, no TOML, or no base URL that is set.
    """
    place, unset, found = f"targets.{name}", [], {}
    for api, table in _table(file, name).items():
        if isinstance(table, dict) and isinstance(table.get("base_url"), str):
            try:
                filled = _filled_in(table["base_url"], file, f"{place}.{api}.base_url")
                found[api] = validate_table(Settings, {"base_url": filled}, file, f"{place}.{api}").base_url
            except ConfigurationError as wrong:
                unset.append(wrong)
    if not found:
        raise (unset or [ConfigurationError(f"{file}: {place}: no API has a base_url; add one.")])[0]
    return found


def validate_table(model: type[S], table: Mapping[str, Any], file: Path, place: str) -> S:
    """Validate a table by its model.

    Raises:
        ConfigurationError: names the first field that is wrong, and why.
    """
    try:
        return model.model_validate(table)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_context=False, include_input=False)
        first = min(
            errors, key=lambda error: error["type"] != "extra_forbidden"
        )  # a typo hides what it means
        field = ".".join([place, *(str(part) for part in first["loc"])])
        words = _in_words(first["type"], first["msg"])
        if first["type"] == "extra_forbidden":
            *table_of, key = first["loc"]
            words += did_you_mean(str(key), _fields(model, table_of))
        raise ConfigurationError(f"{file}: {field}: {words}.") from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question to add to a sentence about an unknown word; empty if no known word is like it."""
    lowered = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), lowered, n=1)
    return f" (did you mean {lowered[near[0]]}?)" if near else ""


def _fields(model: type[BaseModel], place: Iterable[object]) -> list[str]:
    """The fields of the table at a place of a model."""
    for name in place:
        kind = model.model_fields[str(name)].annotation
        tables = [each for each in (kind, *get_args(kind)) if isinstance(each, type)]
        model = next(each for each in tables if issubclass(each, BaseModel))
    return list(model.model_fields)


def _in_words(kind: str, message: str) -> str:
    match kind:
        case "missing":
            return "this field is needed and missing; add it"
        case "extra_forbidden":
            return "no such field is known; remove it or correct its spelling"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _table(file: Path, name: str) -> dict[str, Any]:
    """A target as it is written."""
    _need_name(name, "--target")
    if not file.exists():
        raise ConfigurationError(
            f"{file}: there is no such file, so no target {name!r}; write it, or use --target mock."
        )
    targets = read_targets(file)
    for each in targets:
        _need_name(each, f"{file}: targets")
    if name not in targets:
        known = ", ".join([*sorted(targets), *BUILT_IN_TARGETS])
        raise ConfigurationError(
            f"{file}: there is no target {name!r}{did_you_mean(name, targets)}; "
            f"add [targets.{name}] or choose one of: {known}."
        )
    table = targets[name]
    if not isinstance(table, dict):
        raise ConfigurationError(f"{file}: targets.{name} must be a table, [targets.{name}].")
    return table


def read_targets(file: Path) -> dict[str, Any]:
    """The tables [targets.NAME] of a file, by name, not validated yet.

    Raises:
        ConfigurationError: the file can't be read, is no TOML, or has other tables.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as unread:
        raise ConfigurationError(
            f"{file}: can't be read ({unread.strerror}); a file is needed there that you may read."
        ) from None
    except (ValueError, RecursionError) as broken:
        raise ConfigurationError(f"{file}: this is no TOML: {broken}.") from None
    targets = content.pop("targets", {})
    for key, value in content.items():
        inner = next(iter(value), "NAME") if key.lower().startswith("target") and value else key
        raise ConfigurationError(
            f"{file}: there is no table or field {key!r} beside targets; did you mean [targets.{inner}]?"
        )
    if not isinstance(targets, dict):
        raise ConfigurationError(f"{file}: targets must be tables, [targets.NAME].")
    return targets


def _need_name(name: str, place: str) -> None:
    if not TARGET_NAME.fullmatch(name):
        raise ConfigurationError(
            f"{place}: {name[:80]!r} is no name of a target; "
            "it needs 1 to 60 letters, digits, '.', '-' and '_', and begins with a letter or digit."
        )
    if name in BUILT_IN_TARGETS:
        raise ConfigurationError(f"{place}: {name!r} is a built-in target; give your target another name.")


def _filled_in(value: Any, file: Path, place: str) -> Any:
    """The value with every ${NAME} replaced from the environment."""
    if isinstance(value, dict):
        return {key: _filled_in(item, file, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, file, f"{place}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\$\{(\w+)\}", lambda found: os.environ.get(found[1]) or _unset(found[1], file, place), value
    )


def _unset(variable: str, file: Path, place: str) -> NoReturn:
    raise ConfigurationError(
        f"{file}: {place}: the environment variable {variable} is not set or is empty; set it."
    )
