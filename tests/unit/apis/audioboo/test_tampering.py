from __future__ import annotations

import pytest
import requests
from requests.auth import AuthBase
from suites.audioboo.support.signature_tampering import Pairs, TamperedAuth, in_form


class Unsigned(AuthBase):
    """Adds nothing to a request."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


@pytest.mark.parametrize("left", [[], [("a", "1")], [("a", "1"), ("bb", "2")]], ids=len)
def test_tampered_form_announces_its_own_length(left: Pairs) -> None:
    auth = TamperedAuth(Unsigned(), [in_form(lambda _: left)])

    request = requests.Request("POST", "https://api.example.com/", data={"title": "x"}, auth=auth).prepare()

    body = str(request.body or "")
    assert request.headers["Content-Length"] == str(len(body))
