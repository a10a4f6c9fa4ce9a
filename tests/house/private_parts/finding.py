"""Finds what the program uses of other people's packages that is not public: attributes and methods that begin with `_`.

Looked at by syntax: `other._name`, `self._name` in a class that stands on one of theirs, a method of such a name there,
`getattr(other, "_name")`, and `from package import _name`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

#: The packages whose insides are looked at, with the standard library's that the program stands on with classes.
PACKAGES = (
    *(
        "peewee",
        "playhouse",
        "mysql.connector",
        "tornado",
        "openpyxl",
        "urllib3",
        "requests",
        "wechatpy",
        "redis",
    ),
    *("smtplib", "http.client"),
)
ROOMS = ("models", "handlers", "miniprogram_api", "bots", "server", "scripts")
#: Not public by its name, but documented as what one uses: Peewee's description of a model, namedtuple's own, os._exit.
DOCUMENTED = frozenset({"_meta", "_make", "_replace", "_asdict", "_fields", "_exit"})
_PRIVATE = re.compile(r"_[A-Za-z]\w*")
_READERS = frozenset({"getattr", "setattr", "hasattr", "delattr"})


@dataclass(frozen=True)
class Use:
    """A place where something private of a package is used."""

    package: str
    name: str
    file: str
    line: int


def is_private(name: str) -> bool:
    """Whether a name says that it is nobody else's."""
    return bool(_PRIVATE.fullmatch(name)) and name not in DOCUMENTED


@cache
def names_in(package: str) -> frozenset[str]:
    """Every private attribute and function that a package has anywhere."""
    spec = find_spec(package)
    assert spec is not None, f"{package} is not installed"
    places = spec.submodule_search_locations
    files = (
        [file for place in places for file in Path(place).rglob("*.py")]
        if places
        else [Path(spec.origin or "")]
    )
    words = re.compile(r"(?:\.|def |^    )(_[A-Za-z]\w*)", re.MULTILINE)
    return frozenset(
        name
        for file in files
        for name in words.findall(file.read_text("utf-8", "replace"))
        if is_private(name)
    )


@cache
def names_of_class(module: str, name: str) -> frozenset[str]:
    """The private names of a class of a package and of all that it stands on; nothing for what is no class."""
    found = getattr(importlib.import_module(module), name, None)
    if not inspect.isclass(found):
        return frozenset()
    words = re.compile(r"(?:self\.|cls\.|def |^    )(_[A-Za-z]\w*)", re.MULTILINE)
    texts = [_text_of(each) for each in found.__mro__[:-1]]
    return frozenset(name for text in texts for name in words.findall(text) if is_private(name))


def _text_of(made: type) -> str:
    """The source of a class; of one that is written in C, what it has."""
    text = _classes_in(made.__module__).get(made.__qualname__)
    return " ".join(f"self.{name}" for name in vars(made)) if text is None else text


@cache
def _classes_in(module: str) -> dict[str, str]:
    """The sources of a module's classes."""
    origin = getattr(sys.modules.get(module), "__file__", None) or ""
    if not origin.endswith(".py"):
        return {}
    text = Path(origin).read_text("utf-8", "replace")
    lines = text.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }


def package_of(module: str) -> str | None:
    """Which of the packages a module belongs to."""
    return next((one for one in PACKAGES if module == one or module.startswith(f"{one}.")), None)


class _File:
    """What one file uses."""

    def __init__(self, file: str, nodes: list[ast.AST], known: dict[str, tuple[str, str]]) -> None:
        self.file, self.nodes, self.known = file, nodes, known
        self.own = frozenset(_defined(nodes))

    def uses(self) -> Iterator[Use]:
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom):
                package = package_of(node.module or "")
                names = [one.name for one in node.names if is_private(one.name)] if package else []
                yield from (Use(str(package), name, self.file, node.lineno) for name in names)
            elif isinstance(node, ast.ClassDef):
                yield from self._in_class(node)
            else:
                name = _asked_of_others(node)
                package = None if name is None or name in self.own else self._owner(name)
                if package is not None:
                    yield Use(package, str(name), self.file, node.lineno)  # type: ignore[attr-defined]

    def _owner(self, name: str) -> str | None:
        """Which package has such a name: of those that the file knows, or else of all."""
        near = [package for module, _ in self.known.values() if (package := package_of(module))]
        return next((package for package in (*near, *PACKAGES) if name in names_in(package)), None)

    def _in_class(self, node: ast.ClassDef) -> Iterator[Use]:
        if not node.bases:  # what it asks of `super()` is of the class that it will stand beside
            for line, used in _own_names(node, above=True):
                package = self._owner(used)
                if package is not None:
                    yield Use(package, used, self.file, line)
        for base in node.bases:
            module, name = self.known.get(ast.unparse(base).split("[")[0], ("", ""))
            package = package_of(module)
            if package is None:
                continue
            theirs = names_of_class(module, name)
            for line, used in _own_names(node):
                if used in theirs:
                    yield Use(package, used, self.file, line)


def _is_self(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("self", "cls")) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _asked_of_others(node: ast.AST) -> str | None:
    """The private name that is asked of something that is not the object itself."""
    if isinstance(node, ast.Attribute) and is_private(node.attr) and not _is_self(node.value):
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _READERS:
        words = [one.value for one in node.args[1:2] if isinstance(one, ast.Constant)]
        return next((word for word in words if isinstance(word, str) and is_private(word)), None)
    return None


def _own_names(node: ast.ClassDef, *, above: bool = False) -> Iterator[tuple[int, str]]:
    """The private names that a class defines or asks of itself; `above`: only what it asks of `super()`."""
    for each in ast.walk(node):
        if above:
            if isinstance(each, ast.Attribute) and is_private(each.attr) and isinstance(each.value, ast.Call):
                yield each.lineno, each.attr
        elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_private(each.name):
            yield each.lineno, each.name
        elif isinstance(each, ast.Attribute) and is_private(each.attr) and _is_self(each.value):
            yield each.lineno, each.attr
        elif (
            isinstance(each, ast.AnnAssign)
            and isinstance(each.target, ast.Name)
            and is_private(each.target.id)
        ):
            yield each.lineno, each.target.id


def _defined(nodes: list[ast.AST]) -> Iterator[str]:
    """The names that a file gives to things of its own."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


Known = dict[str, tuple[str, str]]  # a name in a file → the class of a package that it is or stands on


def _names_known(files: dict[str, list[ast.AST]]) -> dict[str, Known]:
    """For every file, what its names are of packages: also by way of classes of ours."""
    known: dict[str, Known] = {file: dict(_imported(nodes)) for file, nodes in files.items()}
    modules = {file.removesuffix(".py").removesuffix("/__init__").replace("/", "."): file for file in files}
    classes = {
        file: [node for node in nodes if isinstance(node, ast.ClassDef)] for file, nodes in files.items()
    }
    ours = {
        file: [(modules[node.module], node.names) for node in nodes
               if isinstance(node, ast.ImportFrom) and node.module in modules]
        for file, nodes in files.items()
    }  # fmt: skip
    for _ in range(5):  # as deep as classes of ours stand on each other
        for file, mine in known.items():
            for there, names in ours[file]:
                mine |= {
                    one.asname or one.name: known[there][one.name]
                    for one in names
                    if one.name in known[there]
                }
            for node in classes[file]:
                bases = [mine[base] for one in node.bases if (base := ast.unparse(one).split("[")[0]) in mine]
                if bases:
                    mine.setdefault(node.name, bases[0])
    return known


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What a file imports of the packages, by the name that it has there."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and package_of(node.module or ""):
            for one in node.names:
                yield one.asname or one.name, (node.module or "", one.name)
        elif isinstance(node, ast.Import):
            for one in node.names:
                if package_of(one.name):
                    for name in dir(importlib.import_module(one.name)):
                        yield f"{one.asname or one.name}.{name}", (one.name, name)


def uses_in(texts: dict[str, str]) -> list[Use]:
    """The uses in files of these texts, by path."""
    files = {file: list(ast.walk(ast.parse(text))) for file, text in texts.items()}
    known = _names_known(files)
    found = {use for file, nodes in files.items() for use in _File(file, nodes, known[file]).uses()}
    return sorted(found, key=lambda use: (use.package, use.name, use.file, use.line))


def texts_of(root: Path, rooms: Iterable[str] = ROOMS) -> dict[str, str]:
    """The program's files by path; migrations stay as they ran."""
    return {
        str(file.relative_to(root)): file.read_text(encoding="utf-8")
        for room in rooms
        for file in sorted((root / room).rglob("*.py"))
        if "migrations" not in file.relative_to(root).parts
    }


__all__ = ["Use", "texts_of", "uses_in"]
