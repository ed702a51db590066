"""The configuration file tuningfork.toml: targets, their APIs and how to reach them."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from tuningfork.client.config_types import ByteSize, HttpUrl, LoginHost, Proxy, Rate
from tuningfork.client.route import MAX_BODY_BYTES, CertificateFileError, Route
from tuningfork.origin import origin

FILE_NAME = "tuningfork.toml"
BUILT_IN_TARGETS = ("mock", "cassette")
"""Targets that always exist; a table of the file can't have their names."""
TARGET_NAME = re.compile(r"\w[\w.-]{0,59}")
"""Valid target names; a folder has the same name, which is limited to 255 bytes."""


class ConfigurationError(Exception):
    """The configuration is wrong; the message names the file, the location and the fix."""


CONNECTION_FIELDS = frozenset(
    {"max_body", "patience", "max_lost", "ca", "proxy", "login_hosts", "mark_secret"}
)
"""Fields of Settings that describe how to reach and use an API, not which API it is."""


class Options(BaseModel):
    """How a run may use a target; the defaults apply to a target that sets nothing.

    Attributes:
        writes: whether the run may create and change resources.
        rate: the highest rate of requests, per second.
        timeout: the time limit of one exchange, in seconds.
        settle: the time for which a list may still lack the result of a write, in seconds.
        in_flight: how many requests may be in flight at once, of those whose order does not matter.
        patience: the total time of waiting after which the target counts as lost, in seconds.
        max_body: the longest response body, in bytes.
        max_lost: the number of requests in a row without a response after which the target counts as lost.
        ca: a PEM file of certificates to trust in addition to the public ones; None for no others.
        proxy: the URL of an HTTP proxy; None connects directly.
        min_verified: how many claims a run of all claims has to verify.
        require: globs of the claims that such a run has to verify.
        depth: how many of the tests run.
        requests: the most requests of a run, with those of clean-up; None for no limit.
        minutes: the longest time of a run; None for no limit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    writes: Annotated[bool, Field(strict=True)] = False
    rate: Rate = 5.0
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 10.0
    settle: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)] = 2.0
    in_flight: Annotated[int, Field(ge=1, le=64, strict=True)] = 1
    patience: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] = 300.0
    max_body: ByteSize = MAX_BODY_BYTES
    max_lost: Annotated[int, Field(ge=1, strict=True)] = 5
    ca: Path | None = None
    proxy: Proxy | None = None
    min_verified: Annotated[int, Field(ge=0, strict=True)] = 0
    require: tuple[str, ...] = ()
    depth: Literal["smoke", "standard", "full"] = "full"
    requests: Annotated[int, Field(ge=1, strict=True)] | None = None
    minutes: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] | None = None


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
        """Return whether the user has a name and password for a consent page."""
        return self.username is not None and self.password is not None


class Users(BaseModel):
    """The users that the target's owner provides for runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: User | None = None
    second: User | None = None

    def names(self) -> list[str]:
        """Return the names of the configured users."""
        return [name for name, user in (("first", self.first), ("second", self.second)) if user is not None]


class Settings(BaseModel):
    """One API of a target; a profile adds its own fields.

    `max_body`, `patience`, `max_lost`, `ca` and `proxy` override the options of the target. `mark_secret`
    signs the marks in what runs create, or else the secrets of the app do (client/marks.py).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: HttpUrl
    controls: HttpUrl | None = None
    users: Users = Users()
    given: dict[str, Any] = {}
    mark_secret: SecretStr | None = None
    max_body: ByteSize | None = None
    patience: Annotated[float, Field(gt=0)] | None = None
    max_lost: Annotated[int, Field(ge=1, strict=True)] | None = None
    ca: Path | None = None
    proxy: Proxy | None = None
    login_hosts: tuple[LoginHost, ...] = ()

    @property
    def login_origins(self) -> frozenset[str]:
        """Return the origins, in addition to base_url's, where a password may be typed.

        A login host without a scheme has the scheme of base_url.
        """
        scheme = self.base_url.partition("://")[0]
        return frozenset(origin(host if "://" in host else f"{scheme}://{host}") for host in self.login_hosts)

    def all_base_urls(self) -> tuple[str, ...]:
        """Return the URLs below which the API has operations; an API's own settings may add to them."""
        return (self.base_url,)

    def app_secrets(self) -> list[SecretStr]:
        """Return the secrets of the table itself; those of its users may differ from job to job."""
        return [value for name, value in self if isinstance(value, SecretStr) and name != "mark_secret"]

    def reservation_keys(self) -> list[str]:
        """Return a key without secrets for each user at the base URL, or for the app if it has no users."""
        users = [user for user in (self.users.first, self.users.second) if user is not None]
        identities = [user.username or str(_reveal_secrets(user)) for user in users]
        public = {"base_url", "controls", "given", "users", "mark_secret"}
        identities = identities or [
            str(_reveal_secrets({name: value for name, value in dict(self).items() if name not in public}))
        ]
        base_url = self.base_url.rstrip("/").lower()
        return [hashlib.sha256(f"{base_url} {identity}".encode()).hexdigest()[:16] for identity in identities]

    def unmet(self, needs: Iterable[str], *, writes: bool) -> list[str]:
        """Return the needs that this target does not meet, sorted; a test hook also needs "write".

        Args:
            needs: of a test; "control:" stands for any test hook.
            writes: whether the run may write.
        """
        needs = list(needs)
        implied = ["write"] if any(need.startswith("control:") for need in needs) else []
        return [
            need
            for need in sorted({*needs, *implied})
            if (need == "write" and not writes) or self.lacks(need)
        ]

    def lacks(self, need: str) -> bool:
        """Return whether this target does not meet a need of claims/README.md ("write" is not checked)."""
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


def _reveal_secrets(value: object) -> object:
    """Return a model as plain values, with its secrets in clear text."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel | Mapping):
        return {name: _reveal_secrets(item) for name, item in dict(value).items()}
    return value


class Target(BaseModel):
    """A target: its options and the tables of its APIs, which are not validated yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    options: Options
    tables: dict[str, dict[str, Any]]
    file: Path

    def options_for(self, settings: Settings) -> Options:
        """Return the options for one API: those of its settings, else those of the target."""
        return self.options.model_copy(
            update={
                name: value
                for name in CONNECTION_FIELDS & Options.model_fields.keys()
                if (value := getattr(settings, name)) is not None
            }
        )

    def route(self, settings: Settings, api: str) -> Route:
        """Return the network route to one API.

        Raises:
            ConfigurationError: `ca` is not a file of certificates.
        """
        options = self.options_for(settings)
        proxy = None if options.proxy is None else options.proxy.get_secret_value()
        ca = options.ca and self.file.parent / options.ca
        try:
            return Route(options.timeout, options.max_body, ca, proxy)
        except CertificateFileError as error:
            location = f"targets.{self.name}" + (f".{api}" if settings.ca else "")
            raise ConfigurationError(f"{self.file}: {location}.ca: {error}; set it to a PEM file.") from None


S = TypeVar("S", bound=BaseModel)


def load_target(file: Path, name: str) -> Target:
    """Read one target of tuningfork.toml.

    Raises:
        ConfigurationError: the file or the target does not exist, the file is not valid TOML, a name or type
            is wrong, or an environment variable is not set.
    """
    table = _expand_variables(_read_target(file, name), file, f"targets.{name}")
    apis = {key: value for key, value in table.items() if isinstance(value, dict)}
    options = {key: value for key, value in table.items() if key not in apis}
    return Target(
        name=name, options=validate_table(Options, options, file, f"targets.{name}"), tables=apis, file=file
    )


def load_base_urls(file: Path, name: str) -> dict[str, str]:
    """Return the base URL of each API of a target; no other field or secret is needed.

    Raises:
        ConfigurationError: the file or the target does not exist, the file is not valid TOML, or no API has
            a base URL.
    """
    location, errors, base_urls = f"targets.{name}", [], {}
    for api, table in _read_target(file, name).items():
        if isinstance(table, dict) and isinstance(table.get("base_url"), str):
            try:
                base_url = _expand_variables(table["base_url"], file, f"{location}.{api}.base_url")
                base_urls[api] = validate_table(
                    Settings, {"base_url": base_url}, file, f"{location}.{api}"
                ).base_url
            except ConfigurationError as error:
                errors.append(error)
    if not base_urls:
        raise (errors or [ConfigurationError(f"{file}: {location}: no API has a base_url; add one.")])[0]
    return base_urls


def validate_table(model: type[S], table: Mapping[str, Any], file: Path, location: str) -> S:
    """Return a table validated by its model.

    Raises:
        ConfigurationError: a field is wrong; the message names the first one and the reason.
    """
    try:
        return model.model_validate(table)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        first = min(
            errors, key=lambda each: each["type"] != "extra_forbidden"
        )  # a misspelled name often causes the other errors
        field = ".".join([location, *(str(part) for part in first["loc"])])
        message = _describe_error(first["type"], first["msg"])
        if first["type"] == "extra_forbidden":
            *parents, key = first["loc"]
            message += did_you_mean(str(key), _field_names(model, parents))
        raise ConfigurationError(f"{file}: {field}: {message}.") from None


def did_you_mean(word: str, known_words: Iterable[str]) -> str:
    """Return a question about an unknown word, to append to a sentence; empty if no known word is similar."""
    lowered = {known.lower(): known for known in known_words}
    near = difflib.get_close_matches(word.lower(), lowered, n=1)
    return f" (did you mean {lowered[near[0]]}?)" if near else ""


def _field_names(model: type[BaseModel], location: Iterable[object]) -> list[str]:
    """Return the field names of the table at a location of a model."""
    for name in location:
        annotation = model.model_fields[str(name)].annotation
        tables = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
        model = next(each for each in tables if issubclass(each, BaseModel))
    return list(model.model_fields)


_WANTED = {
    "bool_": "true or false",
    "int_": "a whole number",
    "float_": "a number",
    "string_": 'a text in quotation marks, such as "a"',
    "path_": 'a path in quotation marks, such as "ca.pem"',
    "list_": 'a list, such as ["a", "b"]',
    "tuple_": 'a list, such as ["a", "b"]',
    "dict_": 'a table, such as { name = "value" }',
    "model_": 'a table, such as { name = "value" }',
}
"""What to write in place of a value, by the start of the type of pydantic's error."""


def _describe_error(kind: str, message: str) -> str:
    """Return the message of a pydantic error: what is wrong with a field and how to fix it."""
    match kind:
        case "missing":
            return "this required field is missing; add it"
        case "extra_forbidden":
            return "the field is unknown; remove it or fix the spelling"
    if wanted := next((_WANTED[each] for each in _WANTED if kind.startswith(each)), None):
        return f"write {wanted}"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _read_target(file: Path, name: str) -> dict[str, Any]:
    """Return the table of a target, not validated yet; raise ConfigurationError if it does not exist."""
    _require_valid_name(name, "--target")
    if not file.exists():
        raise ConfigurationError(
            f"{file}: the file of target {name!r} does not exist; create it or use --target mock."
        )
    targets = read_targets(file)
    for each in targets:
        _require_valid_name(each, f"{file}: targets")
    if name not in targets:
        names = ", ".join([*sorted(targets), *BUILT_IN_TARGETS])
        raise ConfigurationError(
            f"{file}: target {name!r} is not defined{did_you_mean(name, targets)}; "
            f"add [targets.{name}] or choose one of: {names}."
        )
    table = targets[name]
    if not isinstance(table, dict):
        raise ConfigurationError(f"{file}: targets.{name} must be a table, [targets.{name}].")
    return table


def read_targets(file: Path) -> dict[str, Any]:
    """Return the tables [targets.NAME] of a file by name, not validated yet.

    Raises:
        ConfigurationError: the file can't be read, is not valid TOML, or has other tables.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"{file}: can't be read ({error.strerror}); fix its path or permissions."
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file}: this is not valid TOML: {error}.") from None
    targets = content.pop("targets", {})
    for key, value in content.items():
        name = next(iter(value), "NAME") if key.lower().startswith("target") and value else key
        raise ConfigurationError(f"{file}: unknown table or field {key!r}; did you mean [targets.{name}]?")
    if not isinstance(targets, dict):
        raise ConfigurationError(f"{file}: targets must be tables, [targets.NAME].")
    return targets


def _require_valid_name(name: str, location: str) -> None:
    """Raise ConfigurationError if the name of a target is invalid or that of a built-in target."""
    if not TARGET_NAME.fullmatch(name):
        raise ConfigurationError(
            f"{location}: {name[:80]!r} is not a valid target name; "
            "use 1 to 60 letters, digits, '.', '-' and '_', starting with a letter or digit."
        )
    if name in BUILT_IN_TARGETS:
        raise ConfigurationError(f"{location}: {name!r} is a built-in target; choose another name.")


def _expand_variables(value: Any, file: Path, location: str) -> Any:
    """Return a value with every ${NAME} replaced by that environment variable, at any depth."""
    if isinstance(value, dict):
        return {key: _expand_variables(item, file, f"{location}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_expand_variables(item, file, f"{location}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\$\{(\w+)\}",
        lambda match: os.environ.get(match[1]) or _raise_unset(match[1], file, location),
        value,
    )


def _raise_unset(variable: str, file: Path, location: str) -> NoReturn:
    """Raise ConfigurationError: a variable that the file uses has no value."""
    raise ConfigurationError(
        f"{file}: {location}: the environment variable {variable} is not set or is empty; set it."
    )
