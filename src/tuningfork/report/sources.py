"""Links the source of a claim to the documents that it names, for all reports."""

from __future__ import annotations

import re

from tuningfork.report.results import Api

STANDARDS = {
    "CORS": "https://fetch.spec.whatwg.org/#http-cors-protocol",
    "OWASP": "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html",
    "oEmbed": "https://oembed.com/",
}
"""The URLs of standards that are not RFCs, by the word that names them."""
UNPUBLISHED = ("A", "O", "S")
"""Letters of sources that are not a document of the API: assumed, observed, a standard."""
_RFC = re.compile(r"\bRFC (\d+)(?: (\d+(?:\.\d+)*))?")
_URL = re.compile(r"https?://[^\s<>\"]+")


def source_links(source: str, api: Api) -> list[tuple[str, str | None]]:
    """Return the parts of a claim's source between commas, each with the URL of the document it names.

    A part without a letter belongs to the letter before it: in "G Errors 500, 503" both parts name G. The
    URL of a letter is the one in its description in `[sources]`, else the documentation of the API; an
    assumption, an observation or an unknown standard has none.

    Args:
        source: of a claim, such as "G Pagination, S RFC 9110 15.5".
        api: of the claim.
    """
    letter = ""
    parts: list[tuple[str, str | None]] = []
    for text in re.split(r", *", source):
        word = text.removeprefix("after ").partition(" ")[0]
        letter = word if word in (*api.sources, *UNPUBLISHED) else letter
        parts.append((text, _standard_url(text) or _document_url(letter, api)))
    return parts


def source_text(source: str, api: Api | None) -> str:
    """Return a claim's source for a report without links: its text, then the URLs of its documents."""
    urls = [url for _, url in source_links(source, api)] if api else []
    return ", ".join([source, *dict.fromkeys(filter(None, urls))])


def _standard_url(text: str) -> str | None:
    """Return the URL of the standard that a text names, at the section if one is named."""
    if match := _RFC.search(text):
        number, section = match.groups()
        return f"https://www.rfc-editor.org/rfc/rfc{number}{f'#section-{section}' if section else ''}"
    return next((url for word, url in STANDARDS.items() if word in text.split()), None)


def _document_url(letter: str, api: Api) -> str | None:
    """Return the URL of the document that a letter of `[sources]` names."""
    if match := _URL.search(api.sources.get(letter, "")):
        return match[0].rstrip(".,;:)")
    documentation = _URL.fullmatch(api.documentation)
    return documentation[0] if documentation and letter not in UNPUBLISHED else None
