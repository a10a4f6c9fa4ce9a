"""What can be turned in a file: a comparison, a condition, an `and`; never what is no rule.

Left out: branches for types alone, conditions that only decide whether a line is logged, claims (`assert`), `__repr__`
constants (`while True`) and words for what is not there (`name or ""`). No test could see those, or nobody would be harmed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
#: A clock that runs is never just there: nobody could see the border, so the comparison is turned round whole.
_TURNED_ROUND: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt,
}  # fmt: skip
_RUNNING_CLOCKS = ("time.monotonic()", "time.perf_counter()")
_LOGS = ("log", "logger", "_log", "_logger", "logging")
_UNSEEN = ("__repr__",)


@dataclass(frozen=True)
class Place:
    """Where one thing can be turned: file and line, which change of the file counted from 0, and in which function.

    `function` is the innermost function's name as Python calls it (`Turn.finish.<locals>.<lambda>`), empty outside of any.
    """

    file: Path
    line: int
    number: int
    before: str
    after: str
    function: str

    def turned(self, source: str) -> str:
        """The file with this one change."""
        return ast.unparse(self.tree(source))

    def tree(self, source: str) -> ast.Module:
        """The same as a tree in which everything stands in the line where it stood."""
        tree: ast.Module = ast.fix_missing_locations(_Turner(self.number).visit(ast.parse(source)))
        return tree


class _Turner(ast.NodeTransformer):
    """Counts what can be turned, and turns the one that is `wanted`."""

    def __init__(self, wanted: int | None = None) -> None:
        self.wanted = wanted
        self.found: list[tuple[int, str, str, str]] = []
        self._within: list[str] = []
        self._functions = [""]

    def _offer(self, old: ast.expr, new: ast.expr) -> ast.expr:
        self.found.append((old.lineno, ast.unparse(old), ast.unparse(new), self._functions[-1]))
        return ast.copy_location(new, old) if self.wanted == len(self.found) - 1 else old

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function."""
        return self._function(node, node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A function that waits."""
        return self._function(node, node.name)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A function without a name."""
        return self._function(node, "<lambda>")

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class."""
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()
        return node

    def _function(self, node: ast.AST, name: str) -> ast.AST:
        if name in _UNSEEN:
            return node
        self._functions.append(".".join((*self._within, name)))
        self._within += [name, "<locals>"]
        self.generic_visit(node)
        del self._within[-2:]
        self._functions.pop()
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """A claim about what the code already knows."""
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """One comparison: < becomes <=, == becomes !=, in becomes not in; of a clock that runs, < becomes >=."""
        self.generic_visit(node)
        kind = type(node.ops[0])
        running = any(
            ast.unparse(part) in _RUNNING_CLOCKS for part in ast.walk(node) if isinstance(part, ast.Call)
        )
        turned = _TURNED_ROUND.get(kind, _TURNED[kind]) if running else _TURNED[kind]
        return self._offer(node, ast.Compare(node.left, [turned(), *node.ops[1:]], node.comparators))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """`and` becomes `or`; `name or ""` is no condition, but a word for what is not there."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Or) and _is_literal(node.values[-1]):
            return node
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return self._offer(node, ast.BoolOp(other, node.values))

    def visit_If(self, node: ast.If) -> ast.AST:
        """A condition of an `if`."""
        if _is_for_types(node.test) or _only_logs(node):
            return node
        return self._condition(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        """A condition of a `while`."""
        return self._condition(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A condition of `a if b else c`."""
        return self._condition(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """The conditions of a comprehension."""
        self.generic_visit(node)
        node.ifs = [self._negated(test) for test in node.ifs]
        return node

    def _condition(self, node: ast.If | ast.While | ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = self._negated(node.test)
        return node

    def _negated(self, test: ast.expr) -> ast.expr:
        """The condition, negated if it is the one; a comparison was turned already."""
        if isinstance(test, (ast.Compare, ast.Constant)):
            return test
        bare = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        if bare and isinstance(test.operand, ast.Compare):
            return test
        return self._offer(test, test.operand if bare else ast.UnaryOp(ast.Not(), test))


def _is_for_types(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(part, ast.Name) for part in ast.walk(node))


def _only_logs(node: ast.If) -> bool:
    return all(
        isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Call)
        and isinstance(part.value.func, ast.Attribute)
        and isinstance(part.value.func.value, ast.Name)
        and part.value.func.value.id in _LOGS
        for part in (*node.body, *node.orelse)
    )


def places_of(file: Path) -> Iterator[Place]:
    """What can be turned in a file."""
    turner = _Turner()
    turner.visit(ast.parse(file.read_text(encoding="utf-8")))
    for number, (line, before, after, function) in enumerate(turner.found):
        yield Place(file, line, number, before, after, function)


def rules(root: Path, within: str) -> list[Path]:
    """The files below a folder (or the one file) that hold rules: no migrations, no demo."""
    place = root / within
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [file for file in files if not {"migrations", "demo"} & set(file.relative_to(root).parts)]
