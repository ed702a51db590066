"""The ids of the claims of all known APIs."""

from __future__ import annotations

import contextlib

from tuningfork import apis
from tuningfork.apis import ApiHome
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import load_promises


def known_claims() -> frozenset[str]:
    """Return the ids of the claims of all known APIs, those that a run does not judge included."""
    return frozenset().union(*(_claim_ids(home) for home in apis.homes().values()))


def _claim_ids(home: ApiHome) -> frozenset[str]:
    """Return the ids of an API's claims; none if its files have an error."""
    with contextlib.suppress(ContractError):
        claim_file, declaration = load_promises(home.specs)
        known = {claim.id: claim for claim in claim_file.claims}
        return frozenset([*known, *(claim.id for claim in declaration.claims(known))])
    return frozenset()
