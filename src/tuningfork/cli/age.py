"""A time such as 30m or 90d, as the value of an option."""

from __future__ import annotations

import re

import click

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Age(click.ParamType[float]):
    """A time such as 0s, 30m, 2h, 90d or 2w, in seconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds of a time."""
        match = re.fullmatch(r"(\d{1,6})([smhdw])", str(value), re.ASCII)
        if match is None:
            self.fail(
                f"{value!r} is not a time; write a number and s, m, h, d or w, such as 30m.", param, ctx
            )
        return float(int(match[1]) * UNITS_S[match[2]])
