"""What is wrong with a contract's files: claims, document, and the ties between the two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tuningfork.contract import claims, examples, keywords, metaschema, openapi
from tuningfork.contract.claims import ClaimFile
from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError, Problem
from tuningfork.contract.formats import BUILT_IN, FORMATS, UNCHECKED
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.contract.schema import Schema
from tuningfork.contract.traverse import schemas, values

Defect = tuple[str, str]
"""A place in the document, and what is wrong there and what to do."""


def lint(folder: Path) -> list[Problem]:
    """Every problem of the contract in a folder (specs/NAME), sorted; none if it is sound.

    Notes are left out, see `notes`: they stop no run.
    """
    stated = _stated(folder / claims.FILE)
    problems = set(stated.problems)
    path = folder / openapi.FILE
    try:
        document = openapi.read_document(path)
        problems.update(metaschema.problems(document, str(path)))
        if not any(problem.file == str(path) for problem in problems):
            contract = Contract(folder, document, stated)
            problems.update(Problem(str(path), *defect) for defect in _of_contract(contract))
            if not stated.problems:
                problems.update(Problem(str(path), *defect) for defect in _of_ties(contract))
    except ContractError as broken:
        problems.add(_problem(broken, str(path)))
    return sorted(problems)


def notes(contract: Contract) -> list[Problem]:
    """What may be a mistake in the document of a contract, sorted."""
    return sorted(Problem(str(contract.folder / openapi.FILE), *note) for note in keywords.notes(contract))


def _stated(path: Path) -> ClaimFile:
    """The claims as far as they can be read, with every problem of them."""
    try:
        return claims.read_claims(path)
    except ContractError as broken:
        return ClaimFile((), (_problem(broken, str(path)),))


def _problem(broken: ContractError, file: str) -> Problem:
    """The problem that an error's sentence tells."""
    text = str(broken).removeprefix(file).removeprefix(", ").removeprefix(": ")
    place, colon, message = text.partition(": ")
    return Problem(file, place, message) if colon and re.match(r"#|line ", place) else Problem(file, "", text)


def _of_contract(contract: Contract) -> Iterator[Defect]:
    yield from _of_operations(contract)
    yield from _of_schemas(contract)
    for operation in contract.all_operations:
        yield from _of_path(operation)
        yield from _of_statuses(operation)
        yield from _of_links(operation, contract)
    yield from examples.defects(contract)


def _of_ties(contract: Contract) -> Iterator[Defect]:
    for node in values(contract.root, "x-claims"):
        named = node.value
        if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
            yield node.place, "x-claims is no list of ids; write x-claims: [ID, …]"
            continue
        for name in named:
            if name not in contract.claims:
                yield node.place, f"no claim has the id {name}; correct it or add it to {claims.FILE}"


def _of_schemas(contract: Contract) -> Iterator[Defect]:
    for node in schemas(contract.root):
        name = node.value.get("format") if isinstance(node.value, dict) else None
        if isinstance(name, str) and name not in {*FORMATS, *BUILT_IN, *UNCHECKED}:
            yield (
                node.place,
                f"nothing checks the format {name}; use one of {', '.join(FORMATS)}, or a pattern",
            )
        try:
            Schema(node, contract.validators).accepts(None)
        except ContractError as broken:
            place, _, message = str(broken).partition(": ")
            yield place, message


def _of_operations(contract: Contract) -> Iterator[Defect]:
    count = Counter(operation.node.value.get("operationId") for operation in contract.all_operations)
    for operation in contract.all_operations:
        yield from _of_claims(operation)
        name = operation.node.value.get("operationId")
        if name is not None and count[name] > 1:
            yield (
                operation.node.place,
                f"the operationId {name} stands on {count[name]} operations; make them differ",
            )


def _of_claims(operation: Operation) -> Iterator[Defect]:
    if not isinstance(operation.node.value.get("x-beyond", False), bool):
        yield f"{operation.node.place}/x-beyond", "x-beyond is not a boolean; write x-beyond: true"
    if operation.beyond and operation.claims:
        yield operation.node.place, f"{operation.key} is beyond the claims; remove its x-claims or x-beyond"
    if not operation.beyond and not operation.claims:
        yield operation.node.place, f"{operation.key} stands for no claim; give it x-claims"


def _of_statuses(operation: Operation) -> Iterator[Defect]:
    for response in operation.responses:
        named = response.node.value.get("x-usual", [])
        form = re.compile(f"{response.status[0]}[0-9]{{2}}")
        if not isinstance(named, list) or not all(form.fullmatch(str(one)) for one in named):
            message = f"x-usual is no list of statuses {response.status}; write x-usual: [STATUS, …]"
            yield f"{response.node.place}/x-usual", message


def _of_path(operation: Operation) -> Iterator[Defect]:
    named = set(re.findall(r"\{([^}]*)\}", operation.path))
    declared = {one.name for one in operation.parameters if one.where == "path"}
    for name in sorted(named - declared):
        yield (
            operation.node.place,
            f"the path has {{{name}}} and no such parameter; declare it with `in: path`",
        )
    for name in sorted(declared - named):
        yield (
            operation.node.place,
            f"the parameter {name} is not in the path; take it out or put {{{name}}} there",
        )


def _of_links(operation: Operation, contract: Contract) -> Iterator[Defect]:
    for response in operation.responses:
        links = response.node.get("links")
        for name, link in links.items() if links else ():
            target = _target(link, contract)
            if target is None:
                yield (
                    link.place,
                    f"the link {name} leads to no operation; name an operationId of this document",
                )
                continue
            known = {form for one in target.parameters for form in (one.name, f"{one.where}.{one.name}")}
            for parameter in link.value.get("parameters", {}):
                if parameter not in known:
                    yield link.place, f"{target.key} has no parameter {parameter}; name one that it has"


def _target(link: Node, contract: Contract) -> Operation | None:
    name, reference = link.value.get("operationId"), link.value.get("operationRef")
    for operation in contract.all_operations:
        if name is not None and operation.node.value.get("operationId") == name:
            return operation
        if reference is not None and operation.node.place == reference:
            return operation
    return None
