"""A server that keeps declared conventions, and the load of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
import yaml

from tuningfork.contract.openapi import Contract
from tuningfork.load.declared_scenarios import declared_scenarios
from tuningfork.load.simulated_user import ApiLoad, SimulatedUser, repeat_alone
from tuningfork.mock.app import Environ, StartResponse
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import run_without_tests
from tuningfork.pytest_plugin.api_sessions import ApiSessions

Answer = tuple[str, str, list[tuple[str, str]]]
"""The status line, the body and the headers of a response."""
AUTH: dict[str, Any] = {
    "type": "login",
    "missing": 401,
    "wrong": 401,
    "probe": "GET /berths",
    "login": {
        "request": "POST /login",
        "body": {"name": "{username}", "password": "{password}"},
        "access": "/access",
        "refresh": "/refresh",
    },
    "refresh": {"request": "POST /refresh", "body": {"refresh": "{refresh}"}, "once": True},
}
PAGES: dict[str, Any] = {
    "type": "cursor",
    "parameter": "cursor",
    "next": "/next",
    "items": "/items",
    "size": {"parameter": "limit", "default": 20, "maximum": 20},
    "while-changing": ["insert"],
}
BERTH: dict[str, Any] = {
    "list": "GET /berths",
    "create": {"request": "POST /berths", "body": {"label": "{text}"}, "status": 201},
    "read": {"request": "GET /berths/{id}"},
    "delete": {"request": "DELETE /berths/{id}", "status": 204, "then": 404},
    "text": {"/label": "/label"},
}


def declare(
    auth: dict[str, Any] | None = None, pages: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return the conventions of an API with these changes."""
    return deepcopy(
        {
            "conventions": 1,
            "prefix": "HAR",
            "auth": [AUTH | (auth or {}), {"operations": ["POST /login", "POST /refresh"], "type": "none"}],
            "pagination": PAGES | (pages or {}),
            "resources": {"berth": BERTH},
            **more,
        }
    )


@dataclass
class Harbour:
    """A served API.

    Args:
        server: the server.
        sessions: of the run.
        load: the load of the API.
    """

    server: ReferenceServer
    sessions: ApiSessions
    load: ApiLoad

    @classmethod
    def serve(cls, declared: dict[str, Any], stack: ExitStack, *, logs_in: bool = False) -> Harbour:
        """Serve an API until the stack is closed; with `logs_in` the target has no tokens."""
        folder = Path("specs/harbour")
        folder.mkdir(parents=True)
        (folder / "conventions.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))
        contract = Contract.load(folder)
        server = ReferenceServer(contract.document, contract.declaration)
        url = stack.enter_context(Server(server)).base_url
        settings = _without_tokens(server.settings(url)) if logs_in else server.settings(url)
        target = {"writes": True, "rate": "100000/s", "settle": 0, "harbour": settings}
        Path("tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": target}}))
        sessions = ApiSessions(run_without_tests.configure("served", ()))
        stack.callback(sessions.close)
        session = sessions["harbour"]
        scenarios = list(declared_scenarios(session.contract))
        return cls(server, sessions, ApiLoad(session, sessions.route("harbour"), scenarios, lambda *_: None))

    def repeat_alone(self, verb: str) -> None:
        """Repeat the scenarios of a verb while one user is alone; then the users are active."""
        self.load.scenarios = [each for each in self.load.scenarios if each.name.startswith(verb)]
        repeat_alone(self.load)
        self.load.tally.phase = "load"

    def repeat(self, times: int = 1) -> dict[str, bool]:
        """Repeat the scenarios as one of many users; return `held`."""
        user = SimulatedUser(self.load, 0)
        for each in self.load.scenarios * times:
            user.repeat(each)
        return self.held

    @property
    def held(self) -> dict[str, bool]:
        """Whether each claim of a scenario that was judged under load holds, by its generic id."""
        wanted = {each for scenario in self.load.scenarios for each in scenario.claims}
        judged = {id_: tally for id_, tally in self.load.tally.claims.items() if tally.judged["load"]}
        return {id_.removeprefix("HAR-"): not tally.broken for id_, tally in judged.items() if id_ in wanted}

    @property
    def reasons(self) -> list[str]:
        """Why repetitions under load judged nothing."""
        return [
            reason
            for each in self.load.all_scenarios
            for reason in self.load.tally.scenario(each.name).load_inconclusive
        ]

    def intercept(self, answer: Callable[[Environ], Answer | None]) -> None:
        """Respond in place of the server to the requests for which `answer` returns something."""
        original = self.server.wsgi

        def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            found = answer(environ)
            if found is None:
                return original(environ, start_response)
            status, body, headers = found
            start_response(status, [*headers, ("Content-Length", str(len(body)))])
            return [body.encode()]

        self.server.wsgi = wsgi  # type: ignore[method-assign]  # as faults do

    def store(self, count: int) -> None:
        """Add berths of another user."""
        for number in range(count):
            self.server.get(ResourcePart).store("berth", {"label": f"other {number}"}, "second", (), None)


def refusal(status: str) -> Answer:
    """Return a refusal of the API."""
    return status, json.dumps({"message": "no"}), [("Content-Type", "application/json")]


def _without_tokens(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with which a run must log in."""
    kept = {name: value for name, value in settings.items() if name not in ("token", "users")}
    users = {
        name: {key: value for key, value in user.items() if not key.startswith("access_token")}
        for name, user in settings["users"].items()
    }
    return kept | {"users": users}
