"""`deprecation`: the headers of deprecated operations. The checks of every exchange judge them."""

from __future__ import annotations

from tuningfork.client.client import Client
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.fairness import premise_succeeds


@convention("DEPRECATION-SUNSET", "DEPRECATION-DATE", "DEPRECATION-ORDER", "DEPRECATION-LINK", by_checks=True)
def test_success_has_the_declared_headers(declared_operation: DeclaredOperation, client: Client) -> None:
    for _ in range(2):
        response = declared_operation.harmless().send(client)

        premise_succeeds(response, "a valid request")
