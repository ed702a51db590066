"""Redaction by location: finds secrets by the name of their header, parameter, form field or property."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import unescape
from urllib.parse import unquote, unquote_plus

from tuningfork.model import Exchange

Mask = Callable[[str, str], str]
"""Returns the replacement for the name of a secret and the secret; needs no escaping in a URL or JSON."""
DeclaredSecrets = Callable[[Exchange], Iterable[tuple[str, str]]]
"""Returns the name and the value of each secret of an exchange that no name shows."""

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
"""Common names of secrets, in lower case, without hyphens, underscores and trailing digits."""
_NOT_IN_HEADERS = frozenset({"refresh"})
"""Names of secrets that have another meaning as the name of a header."""
MIN_REPLAY_SECRET_LENGTH = 8
"""Minimum length of a value that is redacted in a cassette; a shorter one may be needed for its replay."""
PUBLIC_FIELDS = frozenset(
    {"display", "grant_type", "redirect_uri", "response_type", "scope", "state", "utf8"}
)
"""Fields of a consent page that are not secrets."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)( +)(\S.*)", re.DOTALL)
# Every pattern takes time in proportion to the text, since a server may send any text. A group is repeated
# without a way back (*+), which would need memory for each character.
_PARAMETER = re.compile(r"(?:\A|&amp;|[?&#]|\\u0026|(?<==))([^=&?#\s\"'<>\\]+)=")
_PARAMETER_VALUE = re.compile(r"(?:[^&#\s\"'<>\\]|\\/|\\u(?!0026|0022)[0-9A-Fa-f]{4})*+")
_NESTED_PARAMETER = re.compile(
    r"((?:%3F|%26|%23|(?<![\w%-])(?=[\w-]+%3D))([^=&?#%\s\"'<>\\]+)%3D)((?:[^&#%\s\"'<>\\]|%(?!2[36])[0-9a-f]{2})*+)",
    re.IGNORECASE,
)
_VALUE = (
    r"""(?:(?P<value>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]++|\\.)*+(?:'|\\?\Z))|"""
    r"""(?P<number>-?\d[\d.eE+-]*))"""
)
_PROPERTY = re.compile(
    r"""(?P<before>(?P<quote>["'])(?P<name>[\w-]+)(?P=quote)\s*:\s*"""
    r"""(?P<list>\[(?:[\s,\[]|null|true|false)*+)?)""" + _VALUE
)
_NEXT_ELEMENT = re.compile(rf"(?P<before>(?:[\s,\[\]]|null|true|false)++){_VALUE}(?!\s*:)")
"""A further value of a list, also of a nested one; not the name of the property that follows the list."""
_QUOTE = r"""(?P<quote>\\{1,31}["']|%22|&quot;|&#34;)"""
_ESCAPED_PROPERTY = re.compile(
    rf"""(?P<before>(?<!\\){_QUOTE}(?P<name>[\w-]+)(?P=quote)"""
    r"""\s*(?::|%3A)(?:\s|%20|\+)*(?P<list>(?:(?:\[|%5B)(?:\s|%20|\+)*+)*+)(?P=quote))"""
    r"""(?P<value>(?:(?!(?P=quote)).)*+)""",
    re.IGNORECASE,
)
_NEXT_ESCAPED_ELEMENT = re.compile(
    rf"(?P<before>{_QUOTE}(?:[\s,+]|%2C|%20)++(?P=quote))(?P<value>(?:(?!(?P=quote)).)*+)", re.IGNORECASE
)
_ESCAPED_QUOTE = re.compile(r"""\\["']|%22|&(?:[Qq][Uu][Oo][Tt]|#34);""")
_ELEMENT = re.compile(
    r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)([^<>]+|<!\[CDATA\[(?:(?!<!\[CDATA\[)[^\]]|\](?!\]>))*+\]\]>)(?=</)",
    re.DOTALL,
)
USERINFO = re.compile(r"((?::|%3A)(?:\\?/|%2F){2})([^/?#\s\"'<>\\]{1,300})(?=@)", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"""((?<![\w.%$?&#-])([A-Za-z_][\w-]*)\s?=\s?["']?)([^\s"'<>&;,\x1b]{4,})""")
_HEADER_FIELD = re.compile(
    r"""((?<![\w.%$-])"""
    r"""([A-Za-z]+(?:[_-][A-Za-z]+)+|authorization|[A-Za-z]+(?=:\ ?["']?[^\s"'<>&;,]{0,200}\d)):"""
    r"""(?:\ ["']?|["']))((?:[A-Za-z]+\ )?[^\s"'<>&;,\x1b]{8,})""",
    re.IGNORECASE,
)
_END_OF_FIELD_NAME = re.compile(r""":(?<=[^\W\d_]:)[ "']""")
"""What each match of _HEADER_FIELD contains; it is found faster."""
CREDENTIALS = re.compile(
    r"\b((?:Bearer|Basic|OAuth|Token)(?:\ |%20|\+))((?=[^\s\"'<>&;,]{0,200}\d)[\w.~+/%-]{8,}=*)",
    re.IGNORECASE,
)
_STARTS_OF_CREDENTIALS = tuple(
    scheme + separator for scheme in ("bearer", "basic", "oauth", "token") for separator in (" ", "%20", "+")
)
_COOKIE_HEADER = re.compile(
    r"\b((set-)?cookie: )([^\s=;]+=[^\s;\"'<>\\]+(?:;\ [^\s=;]+=[^\s;\"'<>\\]+)*+)", re.IGNORECASE
)
_VARIABLE = re.compile(r"(?:[A-Za-z]+ )?\$\{?[A-Z][A-Z0-9_]*\}?|\$\((?:curl|printf|python3)")
"""A variable of a shell, or the start of a command whose output is assigned to one."""
_FORM_PART = re.compile(
    r"^((?P<delimiter>--[^\r\n]{1,200}+)\r?\n(?P<header>(?:[^\r\n]{1,2000}+\r?\n){1,20}+)\r?\n)"
    r"(?P<value>(?:(?!\r?\n(?P=delimiter)).)*+)",
    re.DOTALL | re.MULTILINE,
)
"""A part of a form, up to the next delimiter: a PEM key has lines that begin with two hyphens too."""
_PART_NAME = re.compile(r"name=\"?([^\";\r\n]{1,200}+)")
_COOKIE = re.compile(r"([^=;\s]+=)([^;]*)")
_INPUT = re.compile(r"<(?:button|input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+)""")
_INPUT_VALUE = re.compile(r"""(\s(?:content|value)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_BINARY_TYPES = ("audio/", "image/", "video/")


@dataclass(frozen=True, slots=True)
class SecretLocations:
    """The names, in lower case, of headers, parameters and JSON properties that contain secrets.

    Args:
        headers: headers whose value is secret, or the part of it that follows the scheme.
        parameters: parameters of queries and fragments, and fields of forms.
        properties: properties of JSON objects.
        is_broad: whether short values, numbers and assignments in plain text are also secret if they have a
            common name of secrets; false in cassettes, where a replay needs such values.
        declared: return the secrets of an exchange that are at other declared locations.
    """

    headers: frozenset[str] = HEADERS
    parameters: frozenset[str] = PARAMETERS
    properties: frozenset[str] = PROPERTIES
    is_broad: bool = True
    declared: frozenset[DeclaredSecrets] = frozenset()

    def plus(
        self, headers: Iterable[str] = (), parameters: Iterable[str] = (), properties: Iterable[str] = ()
    ) -> SecretLocations:
        """Return these locations and additional ones."""
        return SecretLocations(
            self.headers | {name.lower() for name in headers},
            self.parameters | {name.lower() for name in parameters},
            self.properties | {name.lower() for name in properties},
            self.is_broad,
            self.declared,
        )

    def __or__(self, other: SecretLocations) -> SecretLocations:
        """Return the locations of both."""
        both = self.plus(other.headers, other.parameters, other.properties)
        return replace(both, declared=self.declared | other.declared)

    def narrowed(self) -> SecretLocations:
        """Return these locations for a cassette, in which a replay needs short values."""
        return replace(self, is_broad=False)

    def is_secret(self, name: str, value: str, listed: frozenset[str]) -> bool:
        """Return whether a value is secret: its name is in `listed` or is a common name of secrets."""
        if name.lower() in listed:
            return True
        return is_secret_name(name) and (self.is_broad or len(value) >= MIN_REPLAY_SECRET_LENGTH)


@dataclass(frozen=True, slots=True)
class LocationRedactor:
    """Replaces each secret by `mask(name, secret)` and leaves all other characters unchanged.

    Args:
        locations: where secrets are.
        mask: returns the replacement of a secret.
    """

    locations: SecretLocations
    mask: Mask

    def header(self, name: str, value: str) -> str:
        """Return the value of a header without secrets; WWW-Authenticate, a challenge, is unchanged."""
        match name.lower():
            case "set-cookie":
                return _COOKIE.sub(self._redact_cookie, value, count=1)
            case "cookie":
                return _COOKIE.sub(self._redact_cookie, value)
            case "www-authenticate":
                return value
            case lower if lower in self.locations.headers or (
                lower not in _NOT_IN_HEADERS and self.locations.is_secret(lower, value, frozenset())
            ):
                return self._redact_credentials(lower, value)
        return self.text(value)

    def text(self, text: str) -> str:
        """Return a text without secrets: a URL, a form, JSON, or any text that contains these."""
        if not text or text.isalnum():
            return text
        if "@" in text:
            text = USERINFO.sub(lambda match: match[1] + self._mask("userinfo", match[2]), text)
        if "=" in text:
            text = self._redact_parameters(text)
        if "%3d" in text or "%3D" in text:
            text = _NESTED_PARAMETER.sub(partial(self._redact_value, decode=unquote), text)
        text = self._redact_properties(text, _PROPERTY, _NEXT_ELEMENT)
        if _ESCAPED_QUOTE.search(text):
            text = self._redact_properties(text, _ESCAPED_PROPERTY, _NEXT_ESCAPED_ELEMENT)
        if "</" in text:
            text = _ELEMENT.sub(self._redact_by_name, text)
        return self._redact_prose(text) if self.locations.is_broad else text

    def _redact_prose(self, text: str) -> str:
        """Redact assignments and headers in plain text."""
        if ": " in text and "cookie: " in text.lower():
            text = _COOKIE_HEADER.sub(
                lambda match: match[1] + self.header("set-cookie" if match[2] else "cookie", match[3]), text
            )
        if _END_OF_FIELD_NAME.search(text):
            text = _HEADER_FIELD.sub(self._redact_by_name, text)
        if "=" in text:
            text = _ASSIGNMENT.sub(self._redact_by_name, self._redact_inputs(text) if "<" in text else text)
        if may_have_credentials(text.lower()):
            text = CREDENTIALS.sub(lambda match: match[1] + self._mask("access_token", match[2]), text)
        return text

    def _redact_by_name(self, match: re.Match[str]) -> str:
        """Return the match (prefix, name, value); a secret value is masked, a variable like $NAME is not."""
        is_public = not self.locations.is_secret(match[2], match[3], self.locations.properties)
        if is_public or _VARIABLE.fullmatch(match[3]):
            return match[0]
        return match[1] + self._mask(match[2], match[3])

    def field(self, name: str, value: str) -> str:
        """Return the value of a form field without secrets."""
        key = last_key(name)
        if self.locations.is_secret(key, value, self.locations.parameters):
            return self._mask(key, value)
        return self.text(value)

    @staticmethod
    def is_property(json: str, position: int) -> bool:
        """Return whether a property with a string or a number begins at a position of a JSON text."""
        return _PROPERTY.match(json, position) is not None

    def property_at(self, json: str, position: int) -> str:
        """Return the property that begins at a position of a JSON text, without its secret; else ""."""
        match = _PROPERTY.match(json, position)
        return self._redact_property(match, _NEXT_ELEMENT)[0] if match else ""

    def body(self, body: bytes, media_type: str) -> bytes:
        """Return a body without secrets; its content coding must be decoded."""
        if media_type.startswith(_BINARY_TYPES):
            return body
        text = body.decode("utf-8", "surrogateescape")
        if media_type.startswith("multipart/"):
            text = _FORM_PART.sub(self._redact_part, text)
        elif media_type in ("text/html", "application/xhtml+xml"):
            text = self.text(self._redact_inputs(text))
        else:
            text = self.text(text)
        return text.encode("utf-8", "surrogateescape")

    def _redact_cookie(self, match: re.Match[str]) -> str:
        return match[1] + self._mask("cookie", match[2])

    def _redact_credentials(self, name: str, value: str) -> str:
        """Return the value of a secret header with all but its scheme ("Bearer") masked."""
        kind = "access_token" if name == "authorization" else name
        scheme = _SCHEME.fullmatch(value)
        if not scheme:
            return self._mask(kind, value)
        if scheme[1].lower() == "basic":
            kind = "basic_credentials"
        return scheme[1] + scheme[2] + self._mask(kind, scheme[3])

    def _redact_parameters(self, text: str) -> str:
        """Redact the queries in a text; a value that is not secret may itself be a URL with a query."""
        pieces, last = [], 0
        for match in _PARAMETER.finditer(text):
            name, listed = last_key(match[1]), self.locations.parameters
            if match.start() < last or not (name in listed or is_secret_name(name)):
                continue
            value = _PARAMETER_VALUE.match(text, match.end())
            assert value is not None, "the pattern also matches an empty text"
            if self.locations.is_secret(name, value[0], listed):
                pieces += [text[last : match.end()], self._mask(name, unquote_plus(value[0]))]
                last = value.end()
        return "".join([*pieces, text[last:]])

    def _redact_value(self, match: re.Match[str], decode: Callable[[str], str] = unquote_plus) -> str:
        """Return the match (prefix, name, value) of a parameter; a secret value is decoded and masked."""
        name = last_key(match[2])
        if not self.locations.is_secret(name, match[3], self.locations.parameters):
            return match[0]
        return match[1] + self._mask(name, decode(match[3]))

    def _redact_part(self, match: re.Match[str]) -> str:
        """Return the match of a part of a form; the lines of a secret value are masked."""
        value, listed = match["value"], self.locations.parameters
        for name in map(last_key, _PART_NAME.findall(match["header"])):
            if self.locations.is_secret(name, value, listed):
                return match[1] + self._mask(name, value)
        return match[0]

    def _redact_properties(self, text: str, pattern: re.Pattern[str], next_element: re.Pattern[str]) -> str:
        """Redact the properties that `pattern` finds, with all values of a list."""
        pieces, last, end = [], 0, 0
        while match := pattern.search(text, end):
            end = match.end()
            if match["name"].lower() in self.locations.properties or is_secret_name(match["name"]):
                redacted, end = self._redact_property(match, next_element)
                pieces += [text[last : match.start()], redacted]
                last = end
        return "".join([*pieces, text[last:]])

    def _redact_property(self, match: re.Match[str], next_element: re.Pattern[str]) -> tuple[str, int]:
        """Return a property with its secret values masked, and where it ends."""
        name, pieces, element = match["name"], [], match
        while True:
            pieces += [element["before"], self._redact_element(name, element)]
            following = next_element.match(match.string, element.end()) if match["list"] else None
            if following is None:
                return "".join(pieces), element.end()
            element = following

    def _redact_element(self, name: str, match: re.Match[str]) -> str:
        """Return the value of a property; a secret string or number is masked."""
        number, value, properties = match.groupdict().get("number"), match["value"], self.locations.properties
        if number:
            is_hidden = name.lower() in properties or (self.locations.is_broad and is_secret_name(name))
            return f'"{self._mask(name, number)}"' if is_hidden else number
        quote = value[:1] if "number" in match.groupdict() else ""
        end = quote if value[1:].endswith(quote) else ""
        secret = value.removeprefix(quote).removesuffix(end)
        if not self.locations.is_secret(name, secret, properties):
            return value
        return quote + self._mask(name, secret) + end

    def _redact_inputs(self, html: str) -> str:
        """Return a page with the values of its secret inputs masked."""
        end = _end_of_tags(html)
        return _INPUT.sub(self._redact_input, html[:end]) + html[end:]

    def _redact_input(self, match: re.Match[str]) -> str:
        """Return the match of an input tag with its value masked, if the input is secret (`_hidden_name`)."""
        name = _hidden_name(match[0])
        if name is None or name in PUBLIC_FIELDS:
            return match[0]
        return _INPUT_VALUE.sub(
            lambda value: f'{value[1]}"{self._mask(name, _unquoted(value[2]))}"', match[0]
        )

    def _mask(self, name: str, secret: str) -> str:
        return self.mask(name, secret) if secret else secret


def may_have_credentials(lower: str) -> bool:
    """Return whether a text in lower case may have a match of CREDENTIALS; this takes less time."""
    return any(start in lower for start in _STARTS_OF_CREDENTIALS)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a name is common for secrets; `apiKey`, `X-Api-Key` and `api_key` are equivalent."""
    letters = re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("0123456789")
    return SECRET_NAMES.fullmatch(letters) is not None


def _end_of_tags(html: str) -> int:
    """Return where the last tag ends; each tag that begins after it would be searched to the end."""
    return html.rfind(">") + 1


def hidden_field_names(html: str) -> set[str]:
    """Return the names of a page's hidden form fields, which are secret when the form is sent."""
    names = (_hidden_name(tag[0]) for tag in _INPUT.finditer(html, 0, _end_of_tags(html)))
    return {name for name in names if name is not None and name not in PUBLIC_FIELDS}


def _hidden_name(tag: str) -> str | None:
    """Return the name of an input that is hidden or has a common name of secrets; None for other inputs."""
    attributes = {key.lower(): _unquoted(value) for key, value in _ATTRIBUTE.findall(tag)}
    name = attributes.get("name")
    return name if attributes.get("type", "").lower() == "hidden" or (name and is_secret_name(name)) else None


def _unquoted(value: str) -> str:
    return unescape(value.strip("\"'"))


def last_key(name: str) -> str:
    """Return the name that decides whether a parameter is secret: `user[password]` becomes `password`."""
    return unquote_plus(name).rstrip("]").rpartition("[")[2].lower()
