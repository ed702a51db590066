"""An HTML form, filled and submitted as a browser does it (HTML, "Form submission")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from requests import Request

UNSENT_TYPES = frozenset({"submit", "button", "image", "reset", "file"})
INVISIBLE = "title, script, style, template, noscript, [hidden], [style*='display:none']"
INLINE_TAGS = frozenset(
    {"a", "b", "code", "em", "font", "i", "kbd", "label", "mark", "small", "span", "strong", "tt"}
)


@dataclass(frozen=True, slots=True)
class HtmlForm:
    """One form of a page; `page` is the URL that the page came from."""

    tag: Tag
    page_url: str

    @classmethod
    def find_all(cls, html: str, page: str) -> list[HtmlForm]:
        """Every form of a page, in order."""
        return [cls(tag, page) for tag in _tags(BeautifulSoup(html, "html.parser"), "form")]

    def has_input(self, name: str) -> bool:
        """Whether there is an input that `fill` would fill."""
        return any(_value(tag, "name") == name for tag in _tags(self.tag, "input"))

    def find_button(self, meaning: str | None = None) -> Tag | None:
        """The first button that submits, or the first whose name or value is `meaning`."""
        for tag in _tags(self.tag, "button", "input"):
            kind = _value(tag, "type").lower() or ("submit" if tag.name == "button" else "text")
            wanted = meaning is None or meaning in (_value(tag, "name").lower(), _value(tag, "value").lower())
            if kind in ("submit", "image") and wanted and not tag.has_attr("disabled"):
                return tag
        return None

    def submit(self, button: Tag | None, filled: Mapping[str, str]) -> Request:
        """The request of a press; fields named in `filled` are typed over, the others sent as they are."""
        fields = [(name, filled.get(name, value)) for name, value in self._fields()]
        if button is not None and _value(button, "name"):
            fields.append((_value(button, "name"), _value(button, "value")))
        target = urljoin(self.page_url, self._of(button, "action") or self.page_url)
        if self._of(button, "method").lower() == "post":
            return Request("POST", target, data=fields)
        return Request("GET", urlsplit(target)._replace(query=urlencode(fields)).geturl())

    def _of(self, button: Tag | None, name: str) -> str:
        own = "" if button is None else _value(button, f"form{name}")
        return own or _value(self.tag, name)

    def _fields(self) -> Iterator[tuple[str, str]]:
        for tag in _tags(self.tag, "input", "textarea", "select"):
            name, kind = _value(tag, "name"), _value(tag, "type").lower()
            if not name or kind in UNSENT_TYPES or tag.has_attr("disabled"):
                continue
            if tag.name == "textarea":
                yield name, tag.get_text()
            elif tag.name == "select":
                yield from ((name, value) for value in _chosen(tag))
            elif kind not in ("checkbox", "radio"):
                yield name, _value(tag, "value")
            elif tag.has_attr("checked"):
                yield name, _value(tag, "value") or "on"


def visible_text(html: str) -> str:
    """What a reader sees of a page; a word may go on from one inline element to the next."""
    page = BeautifulSoup(html, "html.parser")
    for tag in page.select(INVISIBLE):
        tag.decompose()
    for tag in page.find_all(lambda tag: tag.name not in INLINE_TAGS):
        tag.insert_before("\n")
        tag.append("\n")
    return page.get_text()


def _chosen(select: Tag) -> list[str]:
    options = _tags(select, "option")
    chosen = [option for option in options if option.has_attr("selected")] or options[:1]
    return [_value(option, "value") or option.get_text(strip=True) for option in chosen]


def _tags(within: Tag, *names: str) -> list[Tag]:
    return list(within.find_all(list(names)))


def _value(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""
