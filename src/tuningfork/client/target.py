"""A target of the configuration file: how a run may use it, and the tables of its APIs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tuningfork.client.config_table import ConfigurationError
from tuningfork.client.config_types import ByteSize, Proxy, Rate
from tuningfork.client.route import MAX_BODY_BYTES, CertificateFileError, Route
from tuningfork.client.settings import CONNECTION_FIELDS, Settings


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
