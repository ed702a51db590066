"""Finds tests that can pass without a judgement, by their syntax; test_vacuous.py applies it to the suites.

Every path through a test must end behind an expectation, or end the test by `not_verified` or an exception.

- An expectation is an `assert`, an `if` whose one branch raises, a call of EXPECTS or of `expect_…`, of a
  helper of ours of which each path reaches an expectation, or a call that is given one
  (`client.eventually(check)`).
- An `if` that judges in one branch must judge in the other one, too, or end the test there. What was judged
  before it does not count: it was about something else.
- A loop judges only if there is something to loop over: a literal, a constant (ALL CAPITALS), a list made of
  the document's operations (OF_DOCUMENT), what is known to be not empty after an `if not …: not_verified(…)`
  or an `assert`, or `at_least_one(…)`. What a condition filters is not known to have anything left.
- What is judged inside of `suppress`, or of a `try` whose `except` goes on, does not count.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

EXPECTS = frozenset(
    {
        "expect",
        "expect_status",
        "expect_ok",
        "expect_created",
        "expect_client_error",
        "assert_no_server_error",
        "assert_no_server_errors",
        "run",
        "run_machine",
    }
)
"""Expectations by name: those of a response, a response below 500, a state machine whose rules judge."""
ENDS = frozenset({"not_verified"})
FILLED = frozenset({"at_least_one", "some", "pages", "cycle", "retry_while_changing"})
"""Calls that return at least one item, or end the test."""
OF_DOCUMENT = frozenset({"operations", "operation_requests", "probes"})
"""Lists with an entry for each documented operation."""
KEEPING = frozenset(
    {"zip", "list", "tuple", "set", "frozenset", "sorted", "reversed", "product", "dict", "permutations"}
)
"""Calls whose result has an item if each list that they are given has one."""
OF_FIRST = {
    "enumerate": 1,
    "islice": 1,
    "fromkeys": 1,
    "expect_everywhere": 1,
    "expect_nowhere": 1,
    "assign_inputs": 2,
}
"""Calls whose result has an item if the first list, or the first two lists, have one."""
PLAIN = frozenset(name for kind in (dict, list, str, set, bytes) for name in dir(kind))
"""Methods of built-in types: helpers of such names can't be told from them."""
FAILURES = frozenset({"ExpectationFailed", "NoResponse", "AssertionError", "Exception", "BaseException"})
Function = ast.FunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def name_of(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class Helpers:
    """Which functions judge, and which return at least one item, by their names."""

    def __init__(self, trees: Iterable[ast.AST], others: Helpers | None = None) -> None:
        """Learn from modules; their functions take the place of those of the same names of others."""
        named = _functions(trees)
        self.judging = EXPECTS | (others.judging - named.keys() if others else frozenset())
        self.filled = FILLED | OF_DOCUMENT | (others.filled - named.keys() if others else frozenset())
        while self._learn(named):
            pass

    def _learn(self, named: dict[str, list[Function]]) -> bool:
        judging = {name for name, found in named.items() if all(self.judges(one) for one in found)}
        filled = {name for name, found in named.items() if all(self.fills(one) for one in found)}
        news = bool(judging - self.judging or filled - self.filled)
        self.judging, self.filled = self.judging | judging, self.filled | filled
        return news

    def judges(self, function: Function) -> bool:
        """Whether every path through a function reaches an expectation, or does not return."""
        return not list(Flow(self).vacuous(function))

    def fills(self, function: Function) -> bool:
        """Whether what a function returns, or yields, has at least one item."""
        flow = Flow(self)
        returned: list[bool] = []
        flow.on_return = lambda value: returned.append(value is not None and flow.is_filled(value))
        flow.block(function.body)
        return flow.yields(function.body) or (bool(returned) and all(returned))


def _functions(trees: Iterable[ast.AST]) -> dict[str, list[Function]]:
    """The functions by their names, but for tests."""
    named: dict[str, list[Function]] = {}
    for function in (node for tree in trees for node in ast.walk(tree) if isinstance(node, Function)):
        if function.name not in PLAIN | ENDS and not function.name.startswith("test_"):
            named.setdefault(function.name, []).append(function)
    return named


class Flow:
    """The paths through one function.

    A block's result is True where each path to its end has judged, False where one has not, and None where no
    path leads to its end.
    """

    def __init__(self, known: Helpers | Flow) -> None:
        self.judging = set(known.judging)
        self.filled = set(known.filled)
        self._skipped: list[int] = []
        self._before = self._before_in_loop = self._forgiving = False
        self.on_return: Callable[[ast.expr | None], None] = lambda _: None

    def vacuous(self, function: Function) -> Iterator[int]:
        """The lines at which the function can end without a judgement."""
        if self.block(function.body) is False:
            yield function.lineno
        yield from self._skipped

    # Statements

    def block(self, body: Sequence[ast.stmt], judged: bool = False) -> bool | None:
        """Walk through statements, each behind the one before."""
        for statement in body:
            walk = getattr(self, f"_{type(statement).__name__.lower()}", None)
            result = walk(statement, judged) if walk else judged or self._evaluates(statement)
            if result is None:
                return None
            judged = result
        return judged

    def _raise(self, _: ast.Raise, judged: bool) -> None:
        return None

    def _assert(self, statement: ast.Assert, judged: bool) -> bool:
        self._learn(statement.test, True)
        return judged or not (self._forgiving or self._is_about_nothing(statement.test))

    def _expr(self, statement: ast.Expr, judged: bool) -> bool | None:
        return None if self._ends(statement.value) else judged or self.judges(statement.value)

    def _return(self, statement: ast.Return, judged: bool) -> None:
        self.on_return(statement.value)
        self._leave(statement, self._before or judged or self.judges(statement.value))

    def _continue(self, statement: ast.Continue, judged: bool) -> None:
        self._leave(statement, self._before_in_loop or judged)

    def _leave(self, statement: ast.stmt, judged: bool) -> None:
        if not judged:
            self._skipped.append(statement.lineno)

    def _functiondef(self, statement: Function, judged: bool) -> bool:
        inner = Flow(self)
        self._name(self.judging, statement.name, not list(inner.vacuous(statement)))
        return judged

    def _classdef(self, _: ast.ClassDef, judged: bool) -> bool:
        return judged

    def _assign(self, statement: ast.Assign, judged: bool) -> bool:
        for target in statement.targets:
            self._name(self.filled, name_of(target), self.is_filled(statement.value))
            if isinstance(statement.value, ast.Lambda):
                self._name(self.judging, name_of(target), self.judges(statement.value.body))
        return judged or self.judges(statement.value)

    def _annassign(self, statement: ast.AnnAssign, judged: bool) -> bool:
        if statement.value is not None:
            self._name(self.filled, name_of(statement.target), self.is_filled(statement.value))
        return judged or self.judges(statement.value)

    def _if(self, statement: ast.If, judged: bool) -> bool | None:
        judged = judged or self.judges(statement.test)
        before = set(self.filled)
        ends = []
        for branch, holds in ((statement.body, True), (statement.orelse, False)):
            self.filled = set(before)
            self._learn(statement.test, holds)
            ends.append((self._inner(branch, judged), branch, set(self.filled)))
        (then, body, _), (other, orelse, _) = ends
        if then is None or other is None:
            rest, ended = (other, body) if then is None else (then, orelse)
            self.filled = ends[then is None][2]
            raises = isinstance(ended[-1], ast.Raise) and not self._forgiving
            return None if rest is None else judged or rest or raises
        self.filled = before
        return then and other if then or other else judged and not self._tries(statement)

    def _inner(self, body: Sequence[ast.stmt], judged: bool, in_loop: bool = False) -> bool | None:
        """Walk through a block for what it judges itself; a `return` in it may rest on what came before."""
        before = self._before, self._before_in_loop
        self._before = self._before or judged
        self._before_in_loop = not in_loop and (self._before_in_loop or judged)
        result = self.block(body)
        self._before, self._before_in_loop = before
        return result

    def _for(self, statement: ast.For, judged: bool) -> bool:
        judged = judged or self.judges(statement.iter)
        within = self._inner(statement.body, judged, in_loop=True)
        if self.is_filled(statement.iter):
            self._grown(statement)
            if within is not False:
                return True
        return judged and not self._tries(statement)

    def _while(self, statement: ast.While, judged: bool) -> bool:
        self._inner(statement.body, judged, in_loop=True)
        return judged and not self._tries(statement)

    def _with(self, statement: ast.With, judged: bool) -> bool | None:
        entered = [item.context_expr for item in statement.items]
        if any(isinstance(one, ast.Call) and name_of(one.func) == "suppress" for one in entered):
            return judged if self._forgiven(statement.body, judged) is not None else None
        return self.block(statement.body, judged or any(map(self.judges, entered)))

    def _try(self, statement: ast.Try, judged: bool) -> bool | None:
        walk = self._forgiven if any(map(self._forgives, statement.handlers)) else self.block
        tried = walk([*statement.body, *statement.orelse], judged)
        ends = [tried, *(self.block(handler.body, judged) for handler in statement.handlers)]
        left = [end for end in ends if end is not None]
        return self.block(statement.finalbody, all(left)) if left else None

    def _forgiven(self, body: Sequence[ast.stmt], judged: bool) -> bool | None:
        """Walk through a block in which a failed expectation is caught: nothing in it counts."""
        before, self._forgiving = self._forgiving, True
        end = self.block(body, judged)
        self._forgiving = before
        return end

    def _match(self, statement: ast.Match, judged: bool) -> bool | None:
        """A chain of `if`s: the last one needs an `else`, here `case _`."""
        judged = judged or self.judges(statement.subject)
        ends = [self._inner(case.body, judged) for case in statement.cases]
        has_rest = any(
            isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern for case in statement.cases
        )
        left = [end for end in (*ends, *([] if has_rest else [False])) if end is not None]
        return all(left) or (judged and not self._tries(statement)) if left else None

    def _forgives(self, handler: ast.ExceptHandler) -> bool:
        """Whether a failed expectation is caught here and goes no further."""
        caught = {name_of(node) for node in ast.walk(handler.type)} if handler.type else FAILURES
        return bool(caught & FAILURES) and not isinstance(handler.body[-1], ast.Raise)

    def _tries(self, statement: ast.AST) -> bool:
        """Whether there is an expectation anywhere in a statement."""
        return any(
            isinstance(node, ast.Assert)
            or (isinstance(node, ast.Call) and name_of(node.func) in self.judging)
            for node in ast.walk(statement)
        )

    # Expressions

    def judges(self, node: ast.AST | None) -> bool:
        """Whether an expression, whenever it is evaluated, reaches an expectation."""
        if self._forgiving:
            return False
        match node:
            case None | ast.Lambda():
                return False
            case ast.BoolOp():
                return self.judges(node.values[0])
            case ast.IfExp():
                return self.judges(node.test) or (self.judges(node.body) and self.judges(node.orelse))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
                first = self.judges(node.generators[0].iter)
                return first or (any(map(self.judges, parts)) and self.is_filled(node))
            case ast.Call() if self._calls_judge(node):
                return True
        return self._evaluates(node)

    def _evaluates(self, node: ast.AST) -> bool:
        return any(self.judges(child) for child in ast.iter_child_nodes(node))

    def _calls_judge(self, call: ast.Call) -> bool:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        name = name_of(call.func)
        return (
            name in self.judging
            or name.startswith("expect_")
            or any(
                self.judges(one.body) if isinstance(one, ast.Lambda) else name_of(one) in self.judging
                for one in given
            )
        )

    def is_filled(self, node: ast.AST) -> bool:  # noqa: C901 - a case for each kind of expression
        """Whether an expression's value has at least one item."""
        match node:
            case ast.Name() | ast.Attribute():
                return name_of(node) in self.filled or name_of(node).isupper()
            case ast.Constant():
                return bool(node.value)
            case ast.Lambda():
                return self.is_filled(node.body)
            case ast.List() | ast.Tuple() | ast.Set():
                return any(
                    self.is_filled(one.value) if isinstance(one, ast.Starred) else True for one in node.elts
                )
            case ast.Dict():
                return any(
                    key is not None or self.is_filled(value)
                    for key, value in zip(node.keys, node.values, strict=True)
                )
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return all(self.is_filled(one.iter) and not one.ifs for one in node.generators)
            case ast.Subscript(slice=ast.Slice(lower=lower)):
                return name_of(node.value).isupper() or (lower is None and self.is_filled(node.value))
            case ast.Subscript():
                return name_of(node.value).isupper()
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                return self.is_filled(node.left) or self.is_filled(node.right)
            case ast.BinOp(op=ast.Mult()):
                return self.is_filled(node.left)
            case ast.IfExp():
                return self.is_filled(node.body) and self.is_filled(node.orelse)
            case ast.BoolOp(op=ast.Or()):
                return self._ends(node.values[-1]) or self.is_filled(node.values[-1])
            case ast.Call():
                return self._returns_filled(node)
        return False

    def _returns_filled(self, call: ast.Call) -> bool:
        name = name_of(call.func)
        if name in self.filled:
            return True
        if name == "range":
            return all(map(self._is_constant, call.args[:2]))
        if name in ("values", "items", "keys", "most_common") and isinstance(call.func, ast.Attribute):
            return self.is_filled(call.func.value)
        if name == "get" and isinstance(call.args[-1], ast.Lambda):
            return self.is_filled(call.args[-1].body)  # api_session.shared.get(key, fetch)
        if name in ("map", "filter"):
            return name == "map" and self.is_filled(call.args[1])
        if name == "chain":
            return any(map(self.is_filled, call.args))
        lists = call.args[: OF_FIRST.get(name, len(call.args))]
        return name in KEEPING | OF_FIRST.keys() and bool(lists) and all(map(self.is_filled, lists))

    def _is_constant(self, node: ast.AST) -> bool:
        return all(name_of(one).isupper() for one in ast.walk(node) if isinstance(one, ast.Name))

    def _is_about_nothing(self, test: ast.AST) -> bool:
        """Whether a condition is `all(…)` or `not any(…)` of what may be empty: it holds then, too."""
        match test:
            case (
                ast.Call(func=ast.Name(id="all"), args=[several])
                | ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="any"), args=[several]))
            ):
                return not self.is_filled(several)
        return False

    def yields(self, body: Sequence[ast.stmt]) -> bool:
        """Whether a generator yields at least once."""
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Yield()):
                    return True
                case ast.Expr(value=ast.YieldFrom(value=several)) if self.is_filled(several):
                    return True
                case ast.For() if self.is_filled(statement.iter) and self.yields(statement.body):
                    return True
                case ast.With() if self.yields(statement.body):
                    return True
        return False

    def _ends(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and name_of(node.func) in ENDS

    def _grown(self, loop: ast.For) -> None:
        """Lists to which a loop appends in each round have something in them."""
        for statement in loop.body:
            match statement:
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(attr="append" | "add", value=ast.Name(id=name)))
                ):
                    self.filled.add(name)

    def _learn(self, test: ast.AST, holds: bool) -> None:
        """Note what a condition says of whether something is empty."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                self._learn(test.operand, not holds)
            case ast.BoolOp(op=op) if isinstance(op, ast.And) == holds:
                for one in test.values:
                    self._learn(one, holds)
            case ast.BoolOp(op=ast.Or()) if self._ends(test.values[-1]):
                self._learn(test.values[0], True)
            case ast.Name() if holds:
                self.filled.add(test.id)
            case ast.Compare(left=ast.Call(func=ast.Name(id="len"), args=[counted]), ops=[op]):
                if isinstance(op, ast.Gt | ast.GtE | ast.Eq if holds else ast.Lt):
                    self.filled.add(name_of(counted))

    @staticmethod
    def _name(names: set[str], name: str, holds: bool) -> None:
        """Have a local name be one of these, or not."""
        names.discard(name)
        if name and holds:
            names.add(name)
