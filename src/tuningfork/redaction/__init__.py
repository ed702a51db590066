"""Redaction of texts that leave the process: replaces secrets, escapes control characters, then truncates."""

from tuningfork.redaction.collector import SecretCollector, collect_declared, collect_secrets
from tuningfork.redaction.disclosure import (
    MAX_TEXT_CHARS,
    Disclosure,
    escape_controls,
    printable_line,
    variable_name,
)
from tuningfork.redaction.form_inputs import hidden_field_names
from tuningfork.redaction.known_secrets import KnownSecrets
from tuningfork.redaction.locations import Mask, SecretLocations
from tuningfork.redaction.secret_finder import SecretFinder
from tuningfork.redaction.secret_names import is_secret_name
from tuningfork.redaction.written_forms import MIN_SECRET_LENGTH

__all__ = [
    "MAX_TEXT_CHARS",
    "MIN_SECRET_LENGTH",
    "Disclosure",
    "KnownSecrets",
    "Mask",
    "SecretCollector",
    "SecretFinder",
    "SecretLocations",
    "collect_declared",
    "collect_secrets",
    "escape_controls",
    "hidden_field_names",
    "is_secret_name",
    "printable_line",
    "variable_name",
]
