"""The house of DESIGN.md, by the imports in its code: server → doors → models, and never up or across."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("server", "handlers", "miniprogram_api", "bots", "models")
DOORS = ("handlers", "miniprogram_api", "bots")
# Which rooms (or parts of one) a room may import, itself left out.
MAY_IMPORT = {
    "models": (),
    "handlers": ("models",),
    "miniprogram_api": ("models", "handlers.web"),
    "bots": ("models", "handlers.web"),
    "server": ("models", *DOORS),
}
# models/ knows no web, no chat, no queue.
NOT_IN_MODELS = ("tornado", "celery", "wechatpy", "requests", "server")
# handlers.web is the kit that the doors share: it may know no door.
WEB_KIT = ("handlers", "web")


def imported(source: str, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Dotted names that `source` imports, wherever in it; relative ones made whole by the name `module`."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from handlers import web` imports handlers.web
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, part: str) -> bool:
    """Whether the dotted `name` is `part` or lies in it."""
    return name == part or name.startswith(f"{part}.")


def modules(room: str) -> list[Path]:
    """All Python files of a room."""
    return sorted((ROOT / room).rglob("*.py"))


def forbidden(room: str, name: str) -> bool:
    """Whether a file in `room` must not import `name`."""
    if room == "models" and any(within(name, other) for other in NOT_IN_MODELS):
        return True
    others = [other for other in (*ROOMS, "tests", "scripts") if other != room and within(name, other)]
    return bool(others) and not any(within(name, part) for part in MAY_IMPORT[room])


def _breaches(room: str) -> Iterator[str]:
    for file in modules(room):
        relative = file.relative_to(ROOT)
        parts = [*relative.parts[:-1], relative.stem]
        is_package = file.name == "__init__.py"
        module = ".".join(parts[:-1] if is_package else parts)
        for name in imported(file.read_text(encoding="utf-8"), module, is_package=is_package):
            kit_knows_door = within(module, "handlers.web") and within(name, "handlers")
            if forbidden(room, name) or (kit_knows_door and not within(name, "handlers.web")):
                yield f"{relative} imports {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_only(room: str) -> None:
    assert list(_breaches(room)) == []


@pytest.mark.parametrize(
    ("room", "name", "is_forbidden"),
    [
        ("models", "handlers.web", True),
        ("models", "server.settings", True),
        ("models", "tornado.web", True),
        ("models", "models.duty", False),
        ("models", "json", False),
        ("handlers", "models.duty", False),
        ("handlers", "bots.cards", True),
        ("handlers", "server", True),
        ("handlers", "tests.support", True),
        ("miniprogram_api", "handlers.web.base", False),
        ("miniprogram_api", "handlers.session", True),
        ("miniprogram_api", "handlers.website", True),
        ("bots", "miniprogram_api", True),
        ("server", "bots", False),
        ("server", "scripts.bench", True),
    ],
)
def test_the_rule_itself(room: str, name: str, is_forbidden: bool) -> None:
    assert forbidden(room, name) is is_forbidden


def test_every_way_of_importing_is_seen() -> None:
    source = """
import server.cli
from ..core import clock
def later():
    from handlers import web
    from . import rules
"""
    assert set(imported(source, "models.duty.gate")) == {
        "server.cli",
        "models.core.clock",
        "handlers.web",
        "models.duty.rules",
    }
    assert list(imported("from .rules import x", "models.duty", is_package=True)) == ["models.duty.rules.x"]
