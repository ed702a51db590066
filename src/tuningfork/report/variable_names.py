"""The names of the shell's variables for the values that steps carry on."""

from __future__ import annotations

from tuningfork.model import Exchange
from tuningfork.redaction import variable_name
from tuningfork.report.carried_values import Extraction
from tuningfork.report.needed_steps import NeededSteps


def names_of_values(needed: NeededSteps, taken: set[str]) -> dict[tuple[int, Extraction], str]:
    """Return a name of a variable for each value that is carried."""
    names: dict[tuple[int, Extraction], str] = {}
    for position in sorted(needed.positions):
        for extraction in needed.outputs(position):
            name = base = _name(extraction, needed.steps[position].exchange)
            number = 1
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
            names[position, extraction] = name
    return names


def _name(extraction: Extraction, exchange: Exchange) -> str:
    """Return the name of a variable for a value: an id is named after its resource."""
    name = variable_name(extraction.name).strip("_") or "VALUE"
    if extraction.kind == "form":  # the token of OAuth 1 is named after its endpoint
        name = name.replace("OAUTH_TOKEN", variable_name(exchange.request.path.rpartition("/")[2]), 1)
    if name == "ID":
        words = [each for each in exchange.request.path.split("/") if each.replace("_", "").isalpha()]
        name = f"{variable_name(words[-1].removesuffix('s'))}_ID" if words else "ID"
    return name if name[:1].isalpha() else f"V_{name}"
