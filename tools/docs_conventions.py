"""Writes docs/conventions/KEY.md and the tables of docs/conventions.md from the models; an mkdocs hook.

python tools/docs_conventions.py                  # the pages
python tools/docs_conventions.py --exchanges      # runs a fault of each example first, for its exchange
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tuningfork.audit import convention_patch
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.base import Convention, Keys
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import Declaration

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = DOCS / "conventions"
EXCHANGES = PAGES / "exchanges.json"
BEGIN, END = "<!-- keys -->", "<!-- end of keys -->"
FORMS = {
    "Refusal": "REFUSAL",
    "AllowedResponses": "REFUSAL or words",
    "Statuses": "STATUSES",
    "OperationPattern": "OPERATION",
    "ResponseLocation": "LOCATION",
    "Form": "FORM",
    "Phrases": "phrases",
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "Any": "any value",
    "NoneType": "",
}
"""The words for the types of values."""


def on_pre_build(config: Any, **_: Any) -> None:
    """Write the pages before mkdocs reads them."""
    write_all()


def write_all() -> None:
    """Write all pages that are not up to date."""
    for path, text in stale().items():
        path.write_text(text, encoding="utf-8")


def stale() -> dict[Path, str]:
    """Return the text of each page that is not up to date by its path."""
    current = {**pages(), DOCS / "conventions.md": overview()}
    return {
        path: text
        for path, text in current.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def pages() -> dict[Path, str]:
    """Return the text of the page of each convention by its path."""
    exchanges = json.loads(EXCHANGES.read_text(encoding="utf-8")) if EXCHANGES.is_file() else {}
    return {
        PAGES / f"{key}.md": "\n".join(page(each, exchanges.get(key))).rstrip() + "\n"
        for key, each in catalogue().items()
    }


def overview() -> str:
    """Return docs/conventions.md with the current tables of keys."""
    text = (DOCS / "conventions.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    tables = "\n".join(line for each in catalogue().values() for line in section(each))
    return f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}"


def section(convention: Convention) -> Iterator[str]:
    """Yield the section of a convention in the overview."""
    yield f"### `{convention.key}`: {convention.title.lower()}"
    yield ""
    more = f"[Claims, tests and an exchange that breaks one](conventions/{convention.key}.md)"
    yield f"{summary(convention)} {more}"
    yield ""
    yield from example(convention)
    yield from table(convention.model)


def page(convention: Convention, exchange: dict[str, str] | None) -> Iterator[str]:
    """Yield the lines of the page of a convention."""
    yield f"# {convention.title}: `{convention.key}`"
    yield ""
    yield summary(convention)
    yield ""
    yield from example(convention)
    yield "## Keys"
    yield ""
    yield from table(convention.model)
    yield from claims(convention)
    yield from tests(convention)
    if exchange is not None:
        yield "## An exchange that breaks it"
        yield ""
        yield f"A server with the fault `{exchange['fault']}`: {exchange['says']}"
        yield ""
        yield from ["```", exchange["text"].rstrip(), "```", ""]


def summary(convention: Convention) -> str:
    """Return what a convention declares, and whether it has groups or names."""
    kind = "one mapping, or a list of groups of operations"
    if convention.is_named:
        kind = "a list" if convention.key == "cases" else "a mapping of names"
    elif "operations" not in convention.model.model_fields:
        kind = "one mapping"
    return f"{(convention.model.__doc__ or '').strip()} The value is {kind}."


def example(convention: Convention) -> Iterator[str]:
    """Yield the example of a convention, without what only makes it complete."""
    path = PAGES / "examples" / f"{convention.key}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{convention.key}:"))
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if not line.startswith(" ")), len(rest))
    yield from ["```yaml", lines[start], *rest[:end], "```", ""]


def table(model: type[Keys], name: str = "", known: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the table of the keys of a model, and those of the models below it."""
    yield "| key | value | meaning |"
    yield "|---|---|---|"
    below: list[tuple[str, type[Keys]]] = []
    for field_name, field in model.model_fields.items():
        key, default = str(field.alias or field_name), field.get_default()
        has_default = (
            not field.is_required() and default not in (None, [], {}) and field.default_factory is None
        )
        shown = f" ({json.dumps(default)})" if has_default and isinstance(default, str | int | bool) else ""
        required = " **required**" if field.is_required() else ""
        value = kind_of(field.annotation, field.metadata)
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| `{key}`{required} | {value}{shown} | {meaning} |"
        below += [(f"{name}.{key}".lstrip("."), each) for each in models_in(field.annotation)]
    yield ""
    for path, each in below:
        if each.__name__ not in known:
            about = (each.__doc__ or "").strip()
            yield f"`{path}`: {about.partition(': ')[2] or about}"
            yield ""
            yield from table(each, path, (*known, model.__name__, each.__name__))


def kind_of(annotation: Any, metadata: Any = ()) -> str:
    """Return the words for a type of values."""
    name = getattr(annotation, "__name__", str(annotation))
    arguments = tuple(each for each in getattr(annotation, "__args__", ()) if each is not ...)
    if "parse_pointer" in str(metadata) or "parse_pointer" in str(getattr(annotation, "__metadata__", "")):
        return "POINTER"
    if hasattr(annotation, "__metadata__"):
        return kind_of(annotation.__origin__)
    if name == "Literal" or str(annotation).startswith("typing.Literal"):
        return ", ".join(f"`{each}`" for each in arguments)
    if name == "list":
        return f"list of {kind_of(arguments[0])}"
    if name == "dict":
        return f"{{{kind_of(arguments[0])}: {kind_of(arguments[1])}}}"
    if arguments:
        return " or ".join(dict.fromkeys(filter(None, map(kind_of, arguments))))
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        return "mapping, below"
    return FORMS.get(name, name)


def models_in(annotation: Any) -> Iterator[type[Keys]]:
    """Yield the models in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from models_in(each)


def declared(convention: Convention) -> Declaration:
    """Return the declaration of the example of a convention."""
    with TemporaryDirectory() as folder:
        return load(convention, Path(folder)).declaration


def load(convention: Convention, folder: Path) -> Contract:
    """Return the contract of the example of a convention, written into a folder."""
    specs = folder / "specs" / "acme"
    specs.mkdir(parents=True)
    shutil.copy(PAGES / "examples" / f"{convention.key}.yaml", specs / "conventions.yaml")
    return Contract.load(specs)


def claims(convention: Convention) -> Iterator[str]:
    """Yield the claims that the example brings."""
    yield "## What the example brings"
    yield ""
    yield "| claim | level | promise | source |"
    yield "|---|---|---|---|"
    for value in declared(convention).values(convention.key):
        for generic in convention.claims(value):
            promise = generic.promise.replace("|", "\\|")
            yield f"| `{generic.own_id or generic.id}` | {generic.level} | {promise} | {generic.source} |"
    yield ""


def tests(convention: Convention) -> Iterator[str]:
    """Yield the tests that judge the claims: what each needs and sends."""
    brought = {
        g.id for value in declared(convention).values(convention.key) for g in convention.claims(value)
    }
    rows = [row for row in test_rows() if brought & set(row[1])]
    if not rows:
        return
    yield "## What is sent and expected"
    yield ""
    yield "| test | claims | needs |"
    yield "|---|---|---|"
    for sentence, generic, needs in rows:
        yield f"| {sentence} | {', '.join(f'`{each}`' for each in generic)} | {', '.join(needs) or '-'} |"
    yield ""
    yield (
        "`write`: the run may write (`writes = true`); `control:NAME`: the target has this test hook. Each "
        "request that changes something needs `write`. A claim is `not verified` where its tests lack what "
        "they need."
    )
    yield ""


def test_rows() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return the sentence, the claims and the needs of each test of declared conventions."""
    sys.path.insert(0, str(ROOT))
    rows = []
    for path in sorted((ROOT / "suites/conventions").glob("test_*.py")):
        module = importlib.import_module(f"suites.conventions.{path.stem}")
        for name, function in vars(module).items():
            for mark in getattr(function, "pytestmark", ()) if name.startswith("test_") else ():
                if mark.name == "convention":
                    sentence = name.removeprefix("test_").replace("_", " ").capitalize()
                    detail = " ".join((function.__doc__ or "").split())
                    rows.append((f"{sentence}. {detail}".strip(), mark.args, mark.kwargs.get("needs", ())))
    return rows


def record_exchanges(keys: Sequence[str]) -> None:
    """Run the first fault of the example of each key, and store the violation that the run prints."""
    found = json.loads(EXCHANGES.read_text(encoding="utf-8")) if EXCHANGES.is_file() else {}
    for key, convention in ((each, catalogue()[each]) for each in keys or catalogue()):
        with TemporaryDirectory() as folder:
            contract = load(convention, Path(folder))
            own = set().union(
                *(
                    contract.declaration.ids(convention.claims(value))
                    for value in contract.declaration.values(key)
                )
            )
            ids = {name: each for name, each in contract.declaration.brought().items() if name in own}
            for patch in convention_patch.patches_for(contract.declaration, ids):
                if patch.is_fault and (text := violation(Path(folder), patch.id, patch.claims)):
                    found[key] = {"fault": patch.id.partition(".")[2], "says": patch.says, "text": text}
                    break
        EXCHANGES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(key, "recorded" if key in found else "has no fault")


def violation(folder: Path, fault: str, ids: tuple[str, ...]) -> str:
    """Return the violation that a run with a fault prints; empty without one."""
    selected = [argument for claim_id in ids for argument in ("--claim", claim_id)]
    command = [sys.executable, "-m", "tuningfork", "run", "-n", "0", "--fault", fault, *selected]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    match = re.search(r"^\S+ (?:failed|warned|info) \(.*?(?=\n  reproduce:|\n\n)", done.stdout, re.S | re.M)
    return match[0] if match else ""


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(" ".join(path.name for path in stale()))
    if "--exchanges" in sys.argv:
        record_exchanges(sys.argv[sys.argv.index("--exchanges") + 1 :])
    write_all()
