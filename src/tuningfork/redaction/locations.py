"""Secrets in HTTP, found by their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import unescape
from urllib.parse import unquote, unquote_plus

Mask = Callable[[str, str], str]
"""(name of the place, secret) -> what is written in its stead; it needs no quoting in a URL or in JSON."""

HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "x-auth-token"})
PARAMETERS = frozenset(
    {
        "access_token", "assertion", "client_assertion", "client_id", "client_secret", "code",
        "code_verifier", "id_token", "key-pair-id", "oauth_consumer_key", "oauth_nonce", "oauth_signature",
        "oauth_timestamp", "oauth_token", "oauth_token_secret", "oauth_verifier", "password", "policy",
        "refresh_token", "secret_token", "signature", "username", "x-amz-credential",
        "x-amz-security-token", "x-amz-signature",
    }
)  # fmt: skip
PROPERTIES = frozenset(
    {
        "access_token", "client_secret", "id_token", "oauth_token", "oauth_token_secret", "password",
        "refresh_token", "secret_token",
    }
)  # fmt: skip
SECRET_NAMES = re.compile(
    r".*(?:accesskey(?:id)?|apikey|assertion|authkey|authorization|cookie|credential|csrf|devicecode|"
    r"encryptionkey|jwt|mfacode|oidcdata|passcode|passphrase|passwd|password|passwordconfirmation|privatekey|"
    r"pwd|samlresponse|secret|secretkey|sessid|session|sessionid|sessionkey|sessiontoken|signingkey|"
    r"subscriptionkey|token|usercode|verifier|xsrf)s?"
    r"|(?!key|time).*signature|(?:api|hmac|url|x)?sig|sid|x?auth|bearer|dpop|hmac|pin|[ht]?otp|refresh"
)
"""Names that secrets usually have, in lower case, without hyphens, underscores and digits at the end."""
_NOT_IN_HEADERS = frozenset({"refresh"})
"""A usual name that has another meaning as a header field."""
LONG = 8
"""Characters of a value that is no word or number which a replay needs."""
PUBLIC_FIELDS = frozenset(
    {"display", "grant_type", "redirect_uri", "response_type", "scope", "state", "utf8"}
)
"""Fields of a consent page that are no secrets."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)( +)(\S.*)", re.DOTALL)
# What another side wrote may be long and odd: every pattern takes time in proportion to the text.
_PARAMETER = re.compile(r"(?:\A|&amp;|[?&#]|\\u0026|(?<==))([^=&?#\s\"'<>\\]+)=")
_PARAMETER_VALUE = re.compile(r"(?:[^&#\s\"'<>\\]|\\/|\\u(?!0026|0022)[0-9A-Fa-f]{4})*+")
_NESTED = re.compile(
    r"((?:%3F|%26|%23|(?<![\w%-])(?=[\w-]+%3D))([^=&?#%\s\"'<>\\]+)%3D)((?:[^&#%\s\"'<>\\]|%(?!2[36])[0-9a-f]{2})*)",
    re.IGNORECASE,
)
_MEMBER = re.compile(
    r"""(?P<before>(?P<quote>["'])(?P<name>[\w-]+)(?P=quote)\s*:\s*(?:\[\s*+)?)"""
    r"""(?:(?P<value>"(?:[^"\\]|\\.)*(?:"|\\?\Z)|'(?:[^'\\]|\\.)*(?:'|\\?\Z))|(?P<number>-?\d[\d.eE+-]*))"""
)
_ESCAPED_MEMBER = re.compile(
    r"""(?P<before>(?<!\\)(?P<quote>\\{1,31}["']|%22|&quot;|&#34;)(?P<name>[\w-]+)(?P=quote)"""
    r"""\s*(?::|%3A)(?:\s|%20|\+)*(?P=quote))(?P<value>(?:(?!(?P=quote)).)*)""",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)([^<>]+|<!\[CDATA\[(?:(?!<!\[CDATA\[)[^\]]|\](?!\]>))*+\]\]>)(?=</)",
    re.DOTALL,
)
_USERINFO = re.compile(r"((?::|%3A)(?:\\?/|%2F){2})([^/?#\s\"'<>\\]{1,300})(?=@)", re.IGNORECASE)
_LOOSE = re.compile(r"""((?<![\w.%$?&#-])([A-Za-z_][\w-]*)\s?=\s?["']?)([^\s"'<>&;,\x1b]{4,})""")
_FIELD = re.compile(
    r"""((?<![\w.%$-])"""
    r"""([A-Za-z]+(?:[_-][A-Za-z]+)+|authorization|[A-Za-z]+(?=:\ ?["']?[^\s"'<>&;,]{0,200}\d)):"""
    r"""(?:\ ["']?|["']))((?:[A-Za-z]+\ )?[^\s"'<>&;,\x1b]{8,})""",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"\b((?:Bearer|Basic|OAuth|Token)(?:\ |%20|\+))((?=[^\s\"'<>&;,]{0,200}\d)[\w.~+/%-]{8,}=*)",
    re.IGNORECASE,
)
_COOKIE_FIELD = re.compile(r"\b((?:set-)?cookie: [^\s=;]+=)([^\s;\"'<>\\]+)", re.IGNORECASE)
_VARIABLE = re.compile(r"(?:[A-Za-z]+ )?\$\{?[A-Z][A-Z0-9_]*\}?")
_PART = re.compile(
    r"(name=\"?([^\";\r\n]{1,200}+)[^\r\n]{0,1000}+\r?\n(?:[^\r\n]{1,1000}+\r?\n){0,20}+\r?\n)([^\r\n]*+)(?=\r?\n--)"
)
_COOKIE = re.compile(r"([^=;\s]+=)([^;]*)")
_INPUT = re.compile(r"<(?:button|input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+)""")
_VALUE = re.compile(r"""(\s(?:content|value)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_OPAQUE = ("audio/", "image/", "video/")


@dataclass(frozen=True, slots=True)
class SecretLocations:
    """The names of the places that hold secrets, in lower case.

    Args:
        headers: header fields of which the whole value, or what follows its scheme, is secret.
        parameters: parameters of queries and fragments, and fields of forms.
        members: members of JSON objects.
        is_generous: by their usual names short values, numbers and assignments in plain text are secret too;
            false where a replay has to find them.
    """

    headers: frozenset[str] = HEADERS
    parameters: frozenset[str] = PARAMETERS
    properties: frozenset[str] = PROPERTIES
    is_broad: bool = True

    def plus(
        self, headers: Iterable[str] = (), parameters: Iterable[str] = (), members: Iterable[str] = ()
    ) -> SecretLocations:
        """These places and more of them."""
        return SecretLocations(
            self.headers | {name.lower() for name in headers},
            self.parameters | {name.lower() for name in parameters},
            self.properties | {name.lower() for name in members},
            self.is_broad,
        )

    def __or__(self, other: SecretLocations) -> SecretLocations:
        """The places of both."""
        return self.plus(other.headers, other.parameters, other.properties)

    def narrowed(self) -> SecretLocations:
        """These places, for what is replayed."""
        return replace(self, is_broad=False)

    def is_secret(self, name: str, value: str, listed: frozenset[str]) -> bool:
        """Whether the value is secret: its place is listed, or has a usual name."""
        if name.lower() in listed:
            return True
        return is_secret_name(name) and (self.is_broad or len(value) >= LONG)


@dataclass(frozen=True, slots=True)
class LocationRedactor:
    """Puts `mask(name, secret)` where a secret stands, and leaves every other character as it is."""

    locations: SecretLocations
    mask: Mask

    def header(self, name: str, value: str) -> str:
        """The value of a header field; WWW-Authenticate is a challenge and holds none."""
        match name.lower():
            case "set-cookie":
                return _COOKIE.sub(self._cookie, value, count=1)
            case "cookie":
                return _COOKIE.sub(self._cookie, value)
            case "www-authenticate":
                return value
            case lower if lower not in _NOT_IN_HEADERS and self.locations.is_secret(
                lower, value, self.locations.headers
            ):
                return self._credentials(lower, value)
        return self.text(value)

    def text(self, text: str) -> str:
        """A URL, a form, JSON, or any text that has these in it."""
        if "@" in text:
            text = _USERINFO.sub(lambda found: found[1] + self._masked("userinfo", found[2]), text)
        text = self._parameters(text)
        text = _NESTED.sub(partial(self._value, decode=unquote), text)
        text = _MEMBER.sub(self._member, text)
        if "\\" in text or "%22" in text or "&" in text:
            text = _ESCAPED_MEMBER.sub(self._escaped_member, text)
        if "</" in text:
            text = _ELEMENT.sub(self._usual, text)
        return self._prose(text) if self.locations.is_broad else text

    def _prose(self, text: str) -> str:
        """Assignments and header fields in any text."""
        if ":" in text:
            text = _COOKIE_FIELD.sub(lambda found: found[1] + self._masked("cookie", found[2]), text)
            text = _FIELD.sub(self._usual, text)
        if "=" in text:
            text = _LOOSE.sub(self._usual, self._inputs(text) if "<" in text else text)
        return _CREDENTIALS.sub(lambda found: found[1] + self._masked("access_token", found[2]), text)

    def _usual(self, found: re.Match[str]) -> str:
        is_shown = not self.locations.is_secret(found[2], found[3], self.locations.properties)
        if is_shown or _VARIABLE.fullmatch(found[3]):
            return found[0]
        return found[1] + self._masked(found[2], found[3])

    def field(self, name: str, value: str) -> str:
        """The value of a form's field."""
        last = _last_key(name)
        if self.locations.is_secret(last, value, self.locations.parameters):
            return self._masked(last, value)
        return self.text(value)

    def body(self, body: bytes, media_type: str) -> bytes:
        """A body whose content coding has been removed."""
        if media_type.startswith(_OPAQUE):
            return body
        text = body.decode("utf-8", "surrogateescape")
        if media_type.startswith("multipart/"):
            text = _PART.sub(self._value, text)
        elif media_type in ("text/html", "application/xhtml+xml"):
            text = self.text(self._inputs(text))
        else:
            text = self.text(text)
        return text.encode("utf-8", "surrogateescape")

    def _cookie(self, found: re.Match[str]) -> str:
        return found[1] + self._masked("cookie", found[2])

    def _credentials(self, name: str, value: str) -> str:
        kind = "access_token" if name == "authorization" else name
        scheme = _SCHEME.fullmatch(value)
        if not scheme:
            return self._masked(kind, value)
        if scheme[1].lower() == "basic":
            kind = "basic_credentials"
        return scheme[1] + scheme[2] + self._masked(kind, scheme[3])

    def _parameters(self, text: str) -> str:
        """A text without the secrets in its queries; what is no secret may be a URL with a query too."""
        pieces, last = [], 0
        for found in _PARAMETER.finditer(text):
            name, listed = _last_key(found[1]), self.locations.parameters
            if found.start() < last or not (name in listed or is_secret_name(name)):
                continue
            value = _PARAMETER_VALUE.match(text, found.end())
            assert value is not None, "it matches nothing too"
            if self.locations.is_secret(name, value[0], listed):
                pieces += [text[last : found.end()], self._masked(name, unquote_plus(value[0]))]
                last = value.end()
        return "".join([*pieces, text[last:]])

    def _value(self, found: re.Match[str], decode: Callable[[str], str] = unquote_plus) -> str:
        name = _last_key(found[2])
        if not self.locations.is_secret(name, found[3], self.locations.parameters):
            return found[0]
        return found[1] + self._masked(name, decode(found[3]))

    def _member(self, found: re.Match[str]) -> str:
        name, number, members = found["name"], found["number"], self.locations.properties
        if number:
            is_hidden = name.lower() in members or (self.locations.is_broad and is_secret_name(name))
            return f'{found["before"]}"{self._masked(name, number)}"' if is_hidden else found[0]
        quote, value = found["value"][0], found["value"][1:]
        end = quote if value.endswith(quote) else ""
        value = value.removesuffix(end)
        if not self.locations.is_secret(name, value, members):
            return found[0]
        return found["before"] + quote + self._masked(name, value) + end

    def _escaped_member(self, found: re.Match[str]) -> str:
        if not self.locations.is_secret(found["name"], found["value"], self.locations.properties):
            return found[0]
        return found["before"] + self._masked(found["name"], found["value"])

    def _inputs(self, html: str) -> str:
        whole = html.rfind(">") + 1
        return _INPUT.sub(self._input, html[:whole]) + html[whole:]

    def _input(self, found: re.Match[str]) -> str:
        name = _hidden_name(found[0])
        if name is None or name in PUBLIC_FIELDS:
            return found[0]
        return _VALUE.sub(lambda value: f'{value[1]}"{self._masked(name, _unquoted(value[2]))}"', found[0])

    def _masked(self, name: str, secret: str) -> str:
        return self.mask(name, secret) if secret else secret


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether secrets usually have this name: `apiKey`, `X-Api-Key` and `api_key` are one."""
    letters = re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("0123456789")
    return SECRET_NAMES.fullmatch(letters) is not None


def hidden_field_names(html: str) -> set[str]:
    """The names of a page's hidden fields whose values are secret where they are sent."""
    found = (_hidden_name(tag[0]) for tag in _INPUT.finditer(html))
    return {name for name in found if name is not None and name not in PUBLIC_FIELDS}


def _hidden_name(tag: str) -> str | None:
    """The name of an input that is hidden or has a usual name of secrets; None of any other."""
    attributes = {key.lower(): _unquoted(value) for key, value in _ATTRIBUTE.findall(tag)}
    name = attributes.get("name")
    return name if attributes.get("type", "").lower() == "hidden" or (name and is_secret_name(name)) else None


def _unquoted(value: str) -> str:
    return unescape(value.strip("\"'"))


def _last_key(name: str) -> str:
    """The name of a parameter as it counts here: `user[password]` is `password`."""
    return unquote_plus(name).rstrip("]").rpartition("[")[2].lower()
