"""Texts that leave the process: secrets are replaced, controls are escaped, and only then it is cut."""

from tuningfork.redaction.disclosure import LONGEST, Disclosure, escaped, printable, variable
from tuningfork.redaction.learning import Collector, learn_from
from tuningfork.redaction.places import Mask, SecretLocations, hidden_names, is_usual
from tuningfork.redaction.values import SHORTEST, KnownSecrets

__all__ = [
    "LONGEST",
    "SHORTEST",
    "Collector",
    "Disclosure",
    "KnownSecrets",
    "Mask",
    "SecretLocations",
    "escaped",
    "hidden_names",
    "is_usual",
    "learn_from",
    "printable",
    "variable",
]
