"""Finds tests that can pass without reaching an expectation, by their syntax; test_vacuous.py applies it.

Every path through a test must reach an expectation, or end the test by `not_verified` or an exception.

- An expectation is: an `assert`; an `if` with one branch that raises; a call of EXPECTATIONS or `expect_…`; a
  call of a helper in which every path reaches an expectation; a call with such a function as an argument,
  as in `client.eventually(expect_tracks)`.
- If one branch of an `if` reaches an expectation, the other must reach one too, or end the test. Expectations
  before the `if` do not count, because they are about something else.
- The body of a loop counts only if the loop has at least one round. Lists with at least one item are: a
  literal; a constant (ALL CAPITALS); a list of documented operations (DOCUMENTED_LISTS); a declared list
  (DECLARED_LISTS); a list after `if not …: not_verified(…)`, `premise(bool(…), …)` or `assert …`;
  the result of `at_least_one(…)`. A filtered list may be empty.
- Expectations in `suppress`, or in a `try` whose `except` does not raise, do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

EXPECTATIONS = frozenset(
    {
        "expect",
        "expect_status",
        "expect_ok",
        "expect_created",
        "expect_client_error",
        "assert_no_server_error",
        "run",
        "run_machine",
        "premise_succeeds",
        "premise_errors",
    }
)
"""Functions and methods with an expectation; `run` runs a state machine, whose rules have expectations.

After a premise, the checks of a declaration have judged the success or the error that it requires.
"""
EXPECTING_CONTEXTS = frozenset({"expect_no_server_errors"})
"""Context managers that yield a function with an expectation."""
ENDING_CALLS = frozenset({"not_verified"})
"""Calls that end the test."""
NON_EMPTY_CALLS = frozenset({"at_least_one", "some", "pages", "cycle", "retry_while_changing"})
"""Calls that return at least one item, or end the test."""
DOCUMENTED_LISTS = frozenset({"operations", "operation_requests", "probes", "requests"})
"""Lists with an entry for each documented operation."""
DECLARED_LISTS = frozenset({"also", "code_challenge_methods_supported", "constant", "expose", "origins_of"})
"""Lists in conventions.yaml that bring a claim; an empty list is an error of the file."""
SIZE_KEEPING_CALLS = frozenset(
    {"zip", "list", "tuple", "set", "frozenset", "sorted", "reversed", "product", "dict", "permutations"}
)
"""Calls whose result has an item if each of their arguments has one."""
COUNTED_ARGUMENTS = {
    "enumerate": 1,
    "islice": 1,
    "fromkeys": 1,
    "expect_everywhere": 1,
    "expect_nowhere": 1,
    "assign_inputs": 2,
}
"""Calls whose result has an item if the first argument, or the first two arguments, have one."""
BUILTIN_METHODS = frozenset(name for kind in (dict, list, str, set, bytes) for name in dir(kind))
"""Methods of built-in types; a helper with such a name is ignored, because calls of both look alike."""
FAILURE_EXCEPTIONS = frozenset(
    {"ExpectationFailed", "NoResponse", "AssertionError", "Exception", "BaseException"}
)
"""Exceptions whose handler also catches a failed expectation."""
Function = ast.FunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name, or an empty text."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class Helpers:
    """The names of functions that reach an expectation, and of those that return at least one item."""

    def __init__(self, modules: Iterable[ast.AST], outer: Helpers | None = None) -> None:
        """Analyse the functions of modules; they override functions of the same name in `outer`."""
        functions = _collect_functions(modules)
        self.expecting = EXPECTATIONS | (outer.expecting - functions.keys() if outer else frozenset())
        self.non_empty = NON_EMPTY_CALLS | DOCUMENTED_LISTS | DECLARED_LISTS
        if outer:
            self.non_empty |= outer.non_empty - functions.keys()
        while self._analyse(functions):  # functions call each other: repeat until there is no new name
            pass

    def _analyse(self, functions: dict[str, list[Function]]) -> bool:
        """Add the names of functions with an expectation or with items; return whether there is a new one."""
        expecting = {name for name, group in functions.items() if all(map(self.has_expectation, group))}
        non_empty = {name for name, group in functions.items() if all(map(self.returns_items, group))}
        has_new = bool(expecting - self.expecting or non_empty - self.non_empty)
        self.expecting, self.non_empty = self.expecting | expecting, self.non_empty | non_empty
        return has_new

    def has_expectation(self, function: Function) -> bool:
        """Return whether every path through a function reaches an expectation, or does not return."""
        return not list(Flow(self).find_vacuous_lines(function))

    def returns_items(self, function: Function) -> bool:
        """Return whether a function returns a list with at least one item, or yields at least once."""
        flow = Flow(self)
        returned: list[bool] = []
        flow.on_return = lambda value: returned.append(value is not None and flow.has_items(value))
        flow.walk_block(function.body)
        return flow.yields_item(function.body) or (bool(returned) and all(returned))


def _collect_functions(modules: Iterable[ast.AST]) -> dict[str, list[Function]]:
    """Return the functions of modules, without tests, in groups of the same name."""
    functions: dict[str, list[Function]] = {}
    for function in (node for module in modules for node in ast.walk(module) if isinstance(node, Function)):
        if function.name not in BUILTIN_METHODS | ENDING_CALLS and not function.name.startswith("test_"):
            functions.setdefault(function.name, []).append(function)
    return functions


class Flow:
    """The paths through one function.

    The result of a statement or block is True if every path to its end reaches an expectation, False if one
    does not, and None if no path leads to its end. `checked` says whether an expectation was reached before.
    """

    def __init__(self, outer: Helpers | Flow) -> None:
        self.expecting = set(outer.expecting)
        self.non_empty = set(outer.non_empty)
        self._vacuous_lines: list[int] = []
        self._checked_before = self._checked_before_in_loop = self._failures_are_caught = False
        self.on_return: Callable[[ast.expr | None], None] = lambda _: None

    def find_vacuous_lines(self, function: Function) -> Iterator[int]:
        """Yield the lines at which a function can end without an expectation."""
        if self.walk_block(function.body) is False:
            yield function.lineno
        yield from self._vacuous_lines

    # Statements

    def walk_block(self, body: Sequence[ast.stmt], checked: bool = False) -> bool | None:
        """Return the result of statements that are executed one after the other."""
        for statement in body:
            walk = getattr(self, f"_{type(statement).__name__.lower()}", None)
            result = walk(statement, checked) if walk else checked or self._child_has_expectation(statement)
            if result is None:
                return None
            checked = result
        return checked

    def _raise(self, _: ast.Raise, checked: bool) -> None:
        return None

    def _assert(self, statement: ast.Assert, checked: bool) -> bool:
        self._note_condition(statement.test, True)
        return checked or not (self._failures_are_caught or self._holds_for_empty_list(statement.test))

    def _expr(self, statement: ast.Expr, checked: bool) -> bool | None:
        match statement.value:
            case ast.Call(func=ast.Name(id="premise"), args=[test, *_]):
                self._note_condition(test, True)
        return None if self._ends_test(statement.value) else checked or self.has_expectation(statement.value)

    def _return(self, statement: ast.Return, checked: bool) -> None:
        self.on_return(statement.value)
        self._exit(statement, self._checked_before or checked or self.has_expectation(statement.value))

    def _continue(self, statement: ast.Continue, checked: bool) -> None:
        self._exit(statement, self._checked_before_in_loop or checked)

    def _exit(self, statement: ast.stmt, checked: bool) -> None:
        if not checked:
            self._vacuous_lines.append(statement.lineno)

    def _functiondef(self, statement: Function, checked: bool) -> bool:
        inner = Flow(self)
        self._add_or_remove(self.expecting, statement.name, not list(inner.find_vacuous_lines(statement)))
        return checked

    def _classdef(self, _: ast.ClassDef, checked: bool) -> bool:
        return checked

    def _assign(self, statement: ast.Assign, checked: bool) -> bool:
        for target in statement.targets:
            self._add_or_remove(self.non_empty, last_name(target), self.has_items(statement.value))
            if isinstance(statement.value, ast.Lambda):
                self._add_or_remove(
                    self.expecting, last_name(target), self.has_expectation(statement.value.body)
                )
        return checked or self.has_expectation(statement.value)

    def _annassign(self, statement: ast.AnnAssign, checked: bool) -> bool:
        if statement.value is not None:
            self._add_or_remove(self.non_empty, last_name(statement.target), self.has_items(statement.value))
        return checked or self.has_expectation(statement.value)

    def _if(self, statement: ast.If, checked: bool) -> bool | None:
        checked = checked or self.has_expectation(statement.test)
        before = set(self.non_empty)
        ends = []
        for branch, holds in ((statement.body, True), (statement.orelse, False)):
            self.non_empty = set(before)
            self._note_condition(statement.test, holds)
            ends.append((self._walk_branch(branch, checked), branch, set(self.non_empty)))
        (then, body, _), (other, orelse, _) = ends
        if then is None or other is None:
            open_end, ended_branch = (other, body) if then is None else (then, orelse)
            self.non_empty = ends[then is None][2]
            raises = isinstance(ended_branch[-1], ast.Raise) and not self._failures_are_caught
            return None if open_end is None else checked or open_end or raises
        self.non_empty = before
        return then and other if then or other else checked and not self._contains_expectation(statement)

    def _walk_branch(self, body: Sequence[ast.stmt], checked: bool, in_loop: bool = False) -> bool | None:
        """Return the result of a block on its own; only a `return` in it may rely on earlier expectations."""
        before = self._checked_before, self._checked_before_in_loop
        self._checked_before = self._checked_before or checked
        self._checked_before_in_loop = not in_loop and (self._checked_before_in_loop or checked)
        result = self.walk_block(body)
        self._checked_before, self._checked_before_in_loop = before
        return result

    def _for(self, statement: ast.For, checked: bool) -> bool:
        checked = checked or self.has_expectation(statement.iter)
        end = self._walk_branch(statement.body, checked, in_loop=True)
        if self.has_items(statement.iter):
            self._note_appended_lists(statement)
            if end is not False:
                return True
        return checked and not self._contains_expectation(statement)

    def _while(self, statement: ast.While, checked: bool) -> bool:
        self._walk_branch(statement.body, checked, in_loop=True)
        return checked and not self._contains_expectation(statement)

    def _with(self, statement: ast.With, checked: bool) -> bool | None:
        contexts = [item.context_expr for item in statement.items]
        if any(isinstance(each, ast.Call) and last_name(each.func) == "suppress" for each in contexts):
            return checked if self._walk_with_caught_failures(statement.body, checked) is not None else None
        for item in statement.items:
            match item:
                case ast.withitem(ast.Call(func=function), ast.Name(id=name)):
                    self._add_or_remove(self.expecting, name, last_name(function) in EXPECTING_CONTEXTS)
        return self.walk_block(statement.body, checked or any(map(self.has_expectation, contexts)))

    def _try(self, statement: ast.Try, checked: bool) -> bool | None:
        is_caught = any(map(self._catches_failure, statement.handlers))
        walk = self._walk_with_caught_failures if is_caught else self.walk_block
        end = walk([*statement.body, *statement.orelse], checked)
        ends = [end, *(self.walk_block(handler.body, checked) for handler in statement.handlers)]
        open_ends = [end for end in ends if end is not None]
        return self.walk_block(statement.finalbody, all(open_ends)) if open_ends else None

    def _walk_with_caught_failures(self, body: Sequence[ast.stmt], checked: bool) -> bool | None:
        """Return the result of a block whose expectations do not count, since their failure is caught."""
        before, self._failures_are_caught = self._failures_are_caught, True
        end = self.walk_block(body, checked)
        self._failures_are_caught = before
        return end

    def _match(self, statement: ast.Match, checked: bool) -> bool | None:
        """Return the result of a `match`, which is like a chain of `if`s whose `else` is `case _`."""
        checked = checked or self.has_expectation(statement.subject)
        ends = [self._walk_branch(case.body, checked) for case in statement.cases]
        has_wildcard = any(
            isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern for case in statement.cases
        )
        open_ends = [end for end in (*ends, *([] if has_wildcard else [False])) if end is not None]
        if not open_ends:
            return None
        return all(open_ends) or (checked and not self._contains_expectation(statement))

    def _catches_failure(self, handler: ast.ExceptHandler) -> bool:
        """Return whether a handler catches a failed expectation and does not raise."""
        caught = {last_name(node) for node in ast.walk(handler.type)} if handler.type else FAILURE_EXCEPTIONS
        return bool(caught & FAILURE_EXCEPTIONS) and not isinstance(handler.body[-1], ast.Raise)

    def _contains_expectation(self, statement: ast.AST) -> bool:
        """Return whether any part of a statement is an expectation, on whichever path."""
        return any(
            isinstance(node, ast.Assert)
            or (isinstance(node, ast.Call) and last_name(node.func) in self.expecting)
            for node in ast.walk(statement)
        )

    # Expressions

    def has_expectation(self, node: ast.AST | None) -> bool:
        """Return whether every evaluation of an expression reaches an expectation."""
        if self._failures_are_caught:
            return False
        match node:
            case None | ast.Lambda():
                return False
            case ast.BoolOp():
                return self.has_expectation(node.values[0])
            case ast.IfExp():
                return self.has_expectation(node.test) or (
                    self.has_expectation(node.body) and self.has_expectation(node.orelse)
                )
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
                first = self.has_expectation(node.generators[0].iter)
                return first or (any(map(self.has_expectation, parts)) and self.has_items(node))
            case ast.Call() if self._calls_expectation(node):
                return True
        return self._child_has_expectation(node)

    def _child_has_expectation(self, node: ast.AST) -> bool:
        return any(self.has_expectation(child) for child in ast.iter_child_nodes(node))

    def _calls_expectation(self, call: ast.Call) -> bool:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        name = last_name(call.func)
        return (
            name in self.expecting
            or name.startswith("expect_")
            or any(
                self.has_expectation(each.body)
                if isinstance(each, ast.Lambda)
                else last_name(each) in self.expecting
                for each in arguments
            )
        )

    def has_items(self, node: ast.AST) -> bool:  # noqa: C901 - a case for each kind of expression
        """Return whether the value of an expression has at least one item."""
        match node:
            case ast.Name() | ast.Attribute():
                return last_name(node) in self.non_empty or last_name(node).isupper()
            case ast.Constant():
                return bool(node.value)
            case ast.Lambda():
                return self.has_items(node.body)
            case ast.List() | ast.Tuple() | ast.Set():
                return any(
                    self.has_items(each.value) if isinstance(each, ast.Starred) else True
                    for each in node.elts
                )
            case ast.Dict():
                return any(
                    key is not None or self.has_items(value)
                    for key, value in zip(node.keys, node.values, strict=True)
                )
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return all(self.has_items(each.iter) and not each.ifs for each in node.generators)
            case ast.Subscript(slice=ast.Slice(lower=lower)):
                return last_name(node.value).isupper() or (lower is None and self.has_items(node.value))
            case ast.Subscript():
                return last_name(node.value).isupper()
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                return self.has_items(node.left) or self.has_items(node.right)
            case ast.BinOp(op=ast.Mult()):
                return self.has_items(node.left)
            case ast.IfExp():
                return self.has_items(node.body) and self.has_items(node.orelse)
            case ast.BoolOp(op=ast.Or()):
                return self._ends_test(node.values[-1]) or self.has_items(node.values[-1])
            case ast.Call():
                return self._call_returns_items(node)
        return False

    def _call_returns_items(self, call: ast.Call) -> bool:
        name = last_name(call.func)
        if name in self.non_empty:
            return True
        if name == "range":
            return all(map(self._is_constant, call.args[:2]))
        if name in ("values", "items", "keys", "most_common") and isinstance(call.func, ast.Attribute):
            return self.has_items(call.func.value)
        if name == "get" and call.args and isinstance(call.args[-1], ast.Lambda):
            return self.has_items(call.args[-1].body)  # api_session.shared.get(key, fetch)
        if name in ("map", "filter"):
            return name == "map" and self.has_items(call.args[1])
        if name == "chain":
            return any(map(self.has_items, call.args))
        lists = call.args[: COUNTED_ARGUMENTS.get(name, len(call.args))]
        return (
            name in SIZE_KEEPING_CALLS | COUNTED_ARGUMENTS.keys()
            and bool(lists)
            and all(map(self.has_items, lists))
        )

    def _is_constant(self, node: ast.AST) -> bool:
        return all(last_name(each).isupper() for each in ast.walk(node) if isinstance(each, ast.Name))

    def _holds_for_empty_list(self, test: ast.AST) -> bool:
        """Return whether a condition is `all(…)` or `not any(…)` of a list that may be empty."""
        match test:
            case (
                ast.Call(func=ast.Name(id="all"), args=[items])
                | ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="any"), args=[items]))
            ):
                return not self.has_items(items)
        return False

    def yields_item(self, body: Sequence[ast.stmt]) -> bool:
        """Return whether a generator with this body yields at least once."""
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Yield()):
                    return True
                case ast.Expr(value=ast.YieldFrom(value=items)) if self.has_items(items):
                    return True
                case ast.For() if self.has_items(statement.iter) and self.yields_item(statement.body):
                    return True
                case ast.With() if self.yields_item(statement.body):
                    return True
        return False

    def _ends_test(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and last_name(node.func) in ENDING_CALLS

    def _note_appended_lists(self, loop: ast.For) -> None:
        """Note that the lists to which a loop appends in each round are not empty."""
        for statement in loop.body:
            match statement:
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(attr="append" | "add", value=ast.Name(id=name)))
                ):
                    self.non_empty.add(name)

    def _note_condition(self, test: ast.AST, holds: bool) -> None:
        """Note which lists are not empty if a condition holds, or if it does not hold."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                self._note_condition(test.operand, not holds)
            case ast.BoolOp(op=op) if isinstance(op, ast.And) == holds:
                for each in test.values:
                    self._note_condition(each, holds)
            case ast.BoolOp(op=ast.Or()) if self._ends_test(test.values[-1]):
                self._note_condition(test.values[0], True)
            case ast.Call(func=ast.Name(id="bool"), args=[items]):
                self._note_condition(items, holds)
            case ast.Name() if holds:
                self.non_empty.add(test.id)
            case ast.Compare(left=ast.Call(func=ast.Name(id="len"), args=[items]), ops=[op]):
                if isinstance(op, ast.Gt | ast.GtE | ast.Eq if holds else ast.Lt):
                    self.non_empty.add(last_name(items))

    @staticmethod
    def _add_or_remove(names: set[str], name: str, holds: bool) -> None:
        """Add a local name to `names`, or remove it."""
        names.discard(name)
        if name and holds:
            names.add(name)
