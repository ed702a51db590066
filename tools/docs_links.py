"""An mkdocs hook: links from docs/ to other files of the repository, which the site does not contain.

On the code host `[specs/](../specs)` leads to the folder. The site links to the code host if mkdocs.yml has
`repo_url`, and shows the text alone otherwise. mkdocs reports a link to a file that does not exist.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[([^\]]+)\]\(\.\./([^)#\s]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, config: Any, **_: Any) -> str:
    """Return the text of a page with its links out of docs/ replaced."""

    def replace(link: re.Match[str]) -> str:
        text, path, anchor = link.groups(default="")
        if not (ROOT / path).exists():
            return link.group()
        if not config.repo_url:
            return text
        return f"[{text}]({config.repo_url.rstrip('/')}/tree/main/{path}{anchor})"

    return LINK.sub(replace, markdown)
