"""The APIs, one package each, and the classes of their profiles.

`tuningfork.apis.NAME` is the folder `apis/NAME` of the root where the API was found (tuningfork.registry).
"""

from __future__ import annotations

from tuningfork.registry import (
    checks,
    discover,
    has_mock,
    home,
    homes,
    load_scenarios,
    mock,
    names,
    observers,
    patches,
    profile,
)
from tuningfork.registry.api_home import ApiError, ApiHome
from tuningfork.registry.api_profile import Credentials, Profile, Provable, Rule

__all__ = [
    "ApiError",
    "ApiHome",
    "Credentials",
    "Profile",
    "Provable",
    "Rule",
    "checks",
    "discover",
    "has_mock",
    "home",
    "homes",
    "load_scenarios",
    "mock",
    "names",
    "observers",
    "patches",
    "profile",
]
