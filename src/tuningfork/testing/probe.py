"""The read that shows whether a token is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration, Subject
from tuningfork.testing.credential import Credential
from tuningfork.testing.refusal import is_refusal, refuses_token


@dataclass(frozen=True)
class Probe:
    """Sends one harmless request with different tokens.

    Args:
        client: sends the requests without credentials of its own.
        declared: where credentials are.
        declaration: the conventions of the API.
        method: the method of the request.
        path: its path.
    """

    client: Client
    declared: Auth
    declaration: Declaration
    method: str
    path: str

    def send(self, token: str) -> Response:
        """Return the response to the request with a token."""
        credential = Credential(self.declared, "").with_token(token)
        return credential.sent_by(self.client).request(self.method, self.path)

    def is_accepted(self, token: str) -> bool:
        """Return whether a token is accepted."""
        response = self.send(token)
        return response.status < 400 and not self.refuses(response)

    def is_refused(self, token: str) -> bool:
        """Return whether a token is refused; it is not if it only lacks a right."""
        return self.refuses(self.send(token))

    def refuses(self, response: Response) -> bool:
        """Return whether a response refuses a token."""
        missing = self.declared.missing
        is_as_without = missing is not None and is_refusal(response, missing, self.declaration)
        return is_as_without or refuses_token(response, self.declared, self.declaration)


def is_probe(subject: Subject, contract: Contract) -> bool:
    """Return whether an operation is the probe of its group: the declared one, or else its simplest one."""
    declared: Auth = subject.model
    of_group = [each for each in contract.operations if contract.declaration.of("auth", each) == declared]
    probes = [each for each in of_group if declared.probe is not None and declared.probe.matches(each)]
    simple = [each for each in of_group if each.method == "GET" and "{" not in each.path]
    return subject.operation_key == next(each.key for each in (*probes, *simple, *of_group))
