"""Finds the errors in a contract: in its claims, its OpenAPI document, and the x-claims that link the two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tuningfork.contract import claims, declaration_file, examples, keywords, metaschema, openapi
from tuningfork.contract.claims import ClaimFile
from tuningfork.contract.declaration_file import read_declaration
from tuningfork.contract.declared_document import declared_document
from tuningfork.contract.declared_operations import operation_errors
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.formats import BUILT_IN, FORMATS, UNCHECKED
from tuningfork.contract.garbage import without_garbage_collection
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.contract.schema import Schema

DocumentError = tuple[str, str]
"""A JSON pointer into the document, and a message: what is wrong and how to fix it."""


def lint(folder: Path) -> list[LintError]:
    """Return all errors of the contract in a folder (specs/NAME), sorted; `lint_notes` returns the notes."""
    return lint_contract(folder)[0]


def lint_loaded(contract: Contract) -> list[LintError]:
    """Return all errors of a contract that could be loaded, sorted; its files are not read again."""
    path = contract.folder / openapi.FILE
    has_claims = (contract.folder / claims.FILE).is_file()
    errors: set[LintError] = set()
    try:
        errors.update(_errors_of_loaded(contract, path, has_claims=has_claims))
    except ContractError as error:
        errors.add(_lint_error(error, str(path)))
    return sorted(errors)


def lint_contract(folder: Path) -> tuple[list[LintError], Contract | None]:
    """Return all errors of the contract in a folder, sorted; and the contract, if it could be read."""
    with without_garbage_collection():
        return _lint_contract(folder)


def _lint_contract(folder: Path) -> tuple[list[LintError], Contract | None]:
    contract = None
    declaration_path = folder / declaration_file.FILE
    is_declared = declaration_path.is_file()
    has_claims = (folder / claims.FILE).is_file() or not (is_declared or (folder / openapi.FILE).is_file())
    claim_file = _read_claims(folder / claims.FILE) if has_claims else ClaimFile((), ())
    path = folder / openapi.FILE
    errors = {*claim_file.errors}
    try:
        declaration = read_declaration(declaration_path, folder.name) if is_declared else None
    except ContractError as error:
        return sorted({*errors, _lint_error(error, str(declaration_path))}), None
    try:
        is_derived = declaration is not None and not path.is_file()
        index = (
            DocumentIndex(declared_document(declaration))
            if declaration and is_derived
            else openapi.read_document(path)
        )
        errors.update(metaschema.metaschema_errors(index, str(path)))
        if not any(error.file == str(path) for error in errors):
            contract = Contract(folder, index.root.value, claim_file, declaration, index)
            if declaration is not None:
                operations = contract.all_operations
                errors.update(
                    operation_errors(declaration_path, declaration, operations, is_derived=is_derived)
                )
            errors.update(_errors_of_loaded(contract, path, has_claims, knows_claims=not claim_file.errors))
    except ContractError as error:
        errors.add(_lint_error(error, str(path)))
    return sorted(errors), contract


def _errors_of_loaded(
    contract: Contract, path: Path, has_claims: bool, knows_claims: bool = True
) -> Iterator[LintError]:
    """Yield the errors of a contract that no reader of its files finds.

    Args:
        contract: the contract.
        path: the document that the errors name.
        has_claims: whether there is a claims.toml; without one the document may be the vendor's own.
        knows_claims: whether the claims could all be read.
    """
    if has_claims:
        yield from (LintError(str(path), *error) for error in _contract_errors(contract))
    if knows_claims:
        yield from (LintError(str(path), *error) for error in _claim_id_errors(contract))


def lint_notes(contract: Contract) -> list[LintError]:
    """Return what may be a mistake in the document of a contract, sorted; notes do not stop a run.

    A document without claims may be the vendor's own: its errors are notes, too.
    """
    path = str(contract.folder / openapi.FILE)
    notes = [*keywords.keyword_notes(contract)]
    if not (contract.folder / claims.FILE).is_file():
        notes += _contract_errors(contract)
    return sorted({LintError(path, *note) for note in notes})


def _read_claims(path: Path) -> ClaimFile:
    """Return the claims that can be read, with all errors of the file."""
    try:
        return claims.read_claims(path)
    except ContractError as error:
        return ClaimFile((), (_lint_error(error, str(path)),))


def _lint_error(error: ContractError, file: str) -> LintError:
    """Return the lint error that the text of a ContractError describes."""
    text = str(error).removeprefix(file).removeprefix(", ").removeprefix(": ")
    location, colon, message = text.partition(": ")
    if colon and re.match(r"#|line ", location):
        return LintError(file, location, message)
    return LintError(file, "", text)


def _contract_errors(contract: Contract) -> Iterator[DocumentError]:
    """Yield the errors of a valid OpenAPI document that the meta-schema cannot find."""
    yield from _operation_errors(contract)
    yield from _schema_errors(contract)
    targets = _link_targets(contract)
    for operation in contract.all_operations:
        yield from _path_errors(operation)
        yield from _status_errors(operation)
        yield from _link_errors(operation, targets)
    yield from examples.example_errors(contract)


def _claim_id_errors(contract: Contract) -> Iterator[DocumentError]:
    """Yield an error for each x-claims that is not a list of ids, and for each id of no claim."""
    for node in contract.index.claims:
        ids = node.value
        if not isinstance(ids, list) or not all(isinstance(claim_id, str) for claim_id in ids):
            yield node.pointer, "x-claims is not a list of ids; write x-claims: [ID, …]"
            continue
        for claim_id in ids:
            if claim_id not in contract.claims:
                yield node.pointer, f"no claim has the id {claim_id}; fix it or add it to {claims.FILE}"


def _schema_errors(contract: Contract) -> Iterator[DocumentError]:
    """Yield an error for each unknown string format, and for each schema that does not compile."""
    known = {*FORMATS, *BUILT_IN, *UNCHECKED}
    for node in contract.index.schemas:
        name = node.value.get("format") if isinstance(node.value, dict) else None
        if isinstance(name, str) and name not in known:
            message = f"the format {name} is unknown; use one of {', '.join(FORMATS)}, or a pattern"
            yield node.pointer, message
        try:
            if not contract.validators.full.are_valid:
                Schema(node, contract.validators).is_valid(None)  # compiles the schema
        except ContractError as error:
            pointer, _, message = str(error).partition(": ")
            yield pointer, message


def _operation_errors(contract: Contract) -> Iterator[DocumentError]:
    """Yield the errors in the claims of each operation, and each operationId that is not unique."""
    count = Counter(operation.node.value.get("operationId") for operation in contract.all_operations)
    for operation in contract.all_operations:
        yield from _claims_errors(operation, needs_claims=contract.declaration.is_empty)
        name = operation.node.value.get("operationId")
        if name is not None and count[name] > 1:
            message = f"{count[name]} operations have the operationId {name}; use unique ids"
            yield operation.node.pointer, message


def _claims_errors(operation: Operation, *, needs_claims: bool) -> Iterator[DocumentError]:
    """Yield an error if an operation has no claims, unless it is informational (x-beyond: true).

    It needs none if the API declares conventions, which bring claims about it.
    """
    pointer = operation.node.pointer
    if not isinstance(operation.node.value.get("x-beyond", False), bool):
        yield f"{pointer}/x-beyond", "x-beyond is not a boolean; write x-beyond: true"
    if operation.beyond and operation.claims:
        yield pointer, f"{operation.key} has both x-beyond and x-claims; remove one of them"
    if not operation.beyond and not operation.claims and needs_claims:
        yield pointer, f"{operation.key} has no claim; add x-claims"


def _status_errors(operation: Operation) -> Iterator[DocumentError]:
    """Yield an error for each response whose x-usual is not a list of statuses in its range."""
    for response in operation.responses:
        usual = response.node.value.get("x-usual", [])
        pattern = re.compile(f"{response.status[0]}[0-9]{{2}}")
        if not isinstance(usual, list) or not all(pattern.fullmatch(str(status)) for status in usual):
            message = f"x-usual is not a list of {response.status} statuses; write x-usual: [STATUS, …]"
            yield f"{response.node.pointer}/x-usual", message


def _path_errors(operation: Operation) -> Iterator[DocumentError]:
    """Yield an error for each path parameter that only the path or only the parameter list contains."""
    pointer = operation.node.pointer
    in_path = set(re.findall(r"\{([^}]*)\}", operation.path))
    declared = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
    for name in sorted(in_path - declared):
        yield pointer, f"the path parameter {{{name}}} is not declared; declare it with `in: path`"
    for name in sorted(declared - in_path):
        yield pointer, f"the parameter {name} is not in the path; remove it or add {{{name}}} to the path"


def _link_errors(
    operation: Operation, targets: Mapping[tuple[str, str], Operation]
) -> Iterator[DocumentError]:
    """Yield an error for each response link to an unknown operation or an unknown parameter of it."""
    for response in operation.responses:
        links = response.node.get("links")
        for name, link in links.items() if links else ():
            keys = ((kind, link.value.get(kind)) for kind in ("operationId", "operationRef"))
            target = next((targets[key] for key in keys if key in targets), None)
            if target is None:
                message = f"the link {name} leads to no operation; use an operationId of this document"
                yield link.pointer, message
                continue
            names = {
                name for each in target.parameters for name in (each.name, f"{each.location}.{each.name}")
            }
            for parameter in link.value.get("parameters", {}):
                if parameter not in names:
                    yield link.pointer, f"{target.key} has no parameter {parameter}; use one that it has"


def _link_targets(contract: Contract) -> dict[tuple[str, str], Operation]:
    """Return the operations by what a response link names them: their operationId and their pointer."""
    targets: dict[tuple[str, str], Operation] = {}
    for operation in contract.all_operations:
        if operation.operation_id is not None:
            targets.setdefault(("operationId", operation.operation_id), operation)
        targets["operationRef", operation.node.pointer] = operation
    return targets
