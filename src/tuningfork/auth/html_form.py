"""HTML forms: fills and submits them as a browser does (HTML, "Form submission")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from requests import Request

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

UNSENT_TYPES = frozenset({"submit", "button", "image", "reset", "file"})
INVISIBLE = "title, script, style, template, noscript, [hidden], [style*='display:none']"
INLINE_TAGS = frozenset(
    {"a", "b", "code", "em", "font", "i", "kbd", "label", "mark", "small", "span", "strong", "tt"}
)


@dataclass(frozen=True, slots=True)
class HtmlForm:
    """One form of a page; `page_url` is the URL of the page."""

    tag: Tag
    page_url: str

    @classmethod
    def find_all(cls, html: str, page: str) -> list[HtmlForm]:
        """Return all forms of a page in order."""
        return [cls(tag, page) for tag in _tags(_parse(html), "form")]

    def has_input(self, name: str) -> bool:
        """Return whether the form sends a control with this name, of any tag, so that it can be typed in."""
        return any(sent == name for sent, _ in self._inputs())

    def find_button(self, label: str | None = None) -> Tag | None:
        """Return the first enabled submit button whose name or value is `label` (None: any); None if none."""
        for tag in _tags(self.tag, "button", "input"):
            input_type = _attribute(tag, "type").lower() or ("submit" if tag.name == "button" else "text")
            matches = label is None or label in (
                _attribute(tag, "name").lower(),
                _attribute(tag, "value").lower(),
            )
            if input_type in ("submit", "image") and matches and not tag.has_attr("disabled"):
                return tag
        return None

    def submit(self, button: Tag | None, typed: Mapping[str, str]) -> Request:
        """Return the request that a press of `button` sends.

        `typed` has the values that the user types, by the name of the input; other inputs keep their value.
        """
        inputs = [(name, typed.get(name, value)) for name, value in self._inputs()]
        if button is not None and _attribute(button, "name"):
            inputs.append((_attribute(button, "name"), _attribute(button, "value")))
        target = urljoin(self.page_url, self._form_attribute(button, "action") or self.page_url)
        if self._form_attribute(button, "method").lower() == "post":
            return Request("POST", target, data=inputs)
        return Request("GET", urlsplit(target)._replace(query=urlencode(inputs)).geturl())

    def _form_attribute(self, button: Tag | None, name: str) -> str:
        """Return the attribute `name` of the form, unless the button overrides it (`formaction`); else ""."""
        override = "" if button is None else _attribute(button, f"form{name}")
        return override or _attribute(self.tag, name)

    def _inputs(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values of all controls that a browser would send, buttons excluded."""
        for tag in _tags(self.tag, "input", "textarea", "select"):
            name, input_type = _attribute(tag, "name"), _attribute(tag, "type").lower()
            if not name or input_type in UNSENT_TYPES or tag.has_attr("disabled"):
                continue
            if tag.name == "textarea":
                yield name, tag.get_text()
            elif tag.name == "select":
                yield from ((name, value) for value in _selected_values(tag))
            elif input_type not in ("checkbox", "radio"):
                yield name, _attribute(tag, "value")
            elif tag.has_attr("checked"):
                yield name, _attribute(tag, "value") or "on"


def visible_text(html: str) -> str:
    """Return the visible text of a page; inline elements do not separate words."""
    page = _parse(html)
    for tag in page.select(INVISIBLE):
        tag.decompose()
    for tag in page.find_all(lambda tag: tag.name not in INLINE_TAGS):
        tag.insert_before("\n")
        tag.append("\n")
    return page.get_text()


def _parse(html: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup  # it takes long to import, and few runs log in

    return BeautifulSoup(html, "html.parser")


def _selected_values(select: Tag) -> list[str]:
    """Return the values of the selected options of a <select>; those of the first option if none is."""
    options = _tags(select, "option")
    selected = [option for option in options if option.has_attr("selected")] or options[:1]
    return [_attribute(option, "value") or option.get_text(strip=True) for option in selected]


def _tags(parent: Tag, *names: str) -> list[Tag]:
    return list(parent.find_all(list(names)))


def _attribute(tag: Tag, name: str) -> str:
    """Return the value of an attribute; empty if the tag lacks the attribute."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""
