"""Collects what a session knows, for the block of commands that shows a violation again."""

from __future__ import annotations

from collections.abc import Iterable

from tuningfork.client.setting_variables import setting_variables
from tuningfork.model import Exchange
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.report import reproduction
from tuningfork.report.reproduction import Scene

URL_KEYS = frozenset({"base_url", "controls", "oembed_url"})
"""Settings that are URLs of the target."""


def commands(session: ApiSession, exchange: Exchange | None, compared: Iterable[Exchange] = ()) -> str:
    """Return the shell commands that show a violation again; "" for a replay, and without an exchange."""
    if exchange is None or session.run.is_replay:
        return ""
    return reproduction.reproduction(_scene(session), exchange, compared)


def _scene(session: ApiSession) -> Scene:
    """Return what a session has sent and what its settings are."""
    log, tokens, run = session.exchange_log, session.tokens, session.run
    own = [*log.reused_steps, *log.steps]
    logins = [step for steps in tokens.logins.values() for step in steps]
    variables = setting_variables(session.settings)
    names = {value: name for name, key, value in reversed(variables) if key not in URL_KEYS}
    table = f"[targets.{run.target.name}.{session.name}]"
    sources = {name: f"{key} of {table}" for name, key, _ in variables if key not in URL_KEYS}
    for principal, issued in tokens.current.items():
        for part in ("access_token", "access_token_secret"):
            value = str(issued.get(part) or "")
            if value and value not in names:
                name = names[value] = f"{principal}_{part}".upper()
                sources[name] = f"{part} of {principal!r} in {session.token_file or 'memory'}"
    urls = {value: name for name, key, value in variables if key in URL_KEYS}
    return Scene(
        steps=[*log.grants, *logins, *own],
        own=own,
        disclosure=session.disclosure,
        settings=names,
        urls={url.rstrip("/"): urls[url] for url in sorted(urls, key=len, reverse=True)},
        intro=_intro(session),
        sources={} if run.is_mock else sources,
    )


def _intro(session: ApiSession) -> list[str]:
    """Return the lines that say how to serve the mock; none for another target."""
    if not session.run.is_mock:
        return []
    faults = "".join(f" --fault {each}" for each in session.run.faults)
    return [
        "# Before, run the next line without the #: it serves the mock and sets the variables.",
        f"# tuningfork serve {session.name}{faults} --env > mock.env & "
        "until [ -s mock.env ]; do sleep 1; done; . ./mock.env",
    ]
