"""The names of headers, parameters and properties that contain secrets."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

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


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a name is common for secrets; `apiKey`, `X-Api-Key` and `api_key` are equivalent."""
    letters = re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("0123456789")
    return SECRET_NAMES.fullmatch(letters) is not None


def last_key(name: str) -> str:
    """Return the name that decides whether a parameter is secret: `user[password]` becomes `password`."""
    return unquote_plus(name).rstrip("]").rpartition("[")[2].lower()
