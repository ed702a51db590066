from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.contract.openapi import Contract
from tuningfork.report.results import Api
from tuningfork.report.sources import source_links, source_text

GUIDE, REFERENCE = "https://docs.example.com/guide", "https://docs.example.com/reference"
RFC = "https://www.rfc-editor.org/rfc/"
API = Api(
    title="Bookshop",
    documentation=GUIDE,
    sources={"G": "The guide.", "R": f"The reference ({REFERENCE}).", "O": "Observed.", "S": "A standard."},
)
SPECS = Path(__file__).parents[3] / "specs"


@pytest.mark.parametrize(
    ("source", "urls"),
    [
        ("G", [GUIDE]),
        ("G Errors 500, 503", [GUIDE, GUIDE]),
        ("R Pagination", [REFERENCE]),
        ("R Status 500, 503", [REFERENCE, REFERENCE]),
        ("O 2021", [None]),
        ("A, after G 409", [None, GUIDE]),
        ("S", [None]),
        ("S RFC 9110", [f"{RFC}rfc9110"]),
        ("S RFC 6749 4.1.2.1", [f"{RFC}rfc6749#section-4.1.2.1"]),
        ("S RFC 9110 15.5.2, RFC 6750 3", [f"{RFC}rfc9110#section-15.5.2", f"{RFC}rfc6750#section-3"]),
        ("G Cross Domain, S CORS", [GUIDE, "https://fetch.spec.whatwg.org/#http-cors-protocol"]),
        ("S oEmbed", ["https://oembed.com/"]),
        ("§ 4 of the leaflet", [GUIDE]),
    ],
)
def test_source_links_to_each_document_that_it_names(source: str, urls: list[str | None]) -> None:
    parts = source_links(source, API)

    assert ", ".join(text for text, _ in parts) == source
    assert [url for _, url in parts] == urls


def test_documentation_that_is_not_a_web_page_is_not_linked() -> None:
    api = API.model_copy(update={"documentation": "javascript:alert(1)"})

    assert source_links("G Errors", api) == [("G Errors", None)]


def test_plain_text_has_each_url_once() -> None:
    assert source_text("G Errors 500, 503, S RFC 9110", API) == (
        f"G Errors 500, 503, S RFC 9110, {GUIDE}, {RFC}rfc9110"
    )
    assert source_text("G Errors", None) == "G Errors"


@pytest.mark.parametrize("name", ["audioboo", "audiosocket", "soundcloud"])
def test_only_assumptions_and_observations_have_no_link(name: str) -> None:
    contract = Contract.load(SPECS / name)
    api = Api(title=name, documentation=contract.documentation, sources=dict(contract.sources))

    unlinked = {
        text
        for claim in contract.claims.values()
        for text, url in source_links(claim.source, api)
        if url is None
    }

    assert unlinked <= {"A", "O", "O 2021", "O 2022", "S"}
