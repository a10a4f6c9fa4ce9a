"""The floors of models/ (models/chapters.py): a chapter imports what stands below it, however the import is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.core.chapters import chapters, floor_of
from tests.house.test_imports import imported

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
#: Manifests name things by text; so does the one place that finds them.
NAMING = re.compile(r"(bots|handlers|miniprogram_api|server|models)(\.\w+)+(:\w+)?")
THE_LIST = ("models/core/chapters.py", "models.chapters")


def files() -> list[Path]:
    """All Python files that belong to a chapter."""
    return [file for chapter in chapters() for file in sorted((MODELS / chapter.name).rglob("*.py"))]


def named(source: str) -> Iterator[str]:
    """Modules that are named in a text, as an import by name would need it; docstrings say what they like."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            found = NAMING.fullmatch(node.value)
            if found is not None:
                yield found[0].partition(":")[0]


def above(module: str, name: str) -> bool:
    """Whether `name`, which `module` imports, belongs to a higher floor."""
    parts = name.split(".")
    return parts[0] == "models" and len(parts) > 1 and floor_of(name) > floor_of(module)


def breaches() -> Iterator[str]:
    """Every import that goes up, as a sentence."""
    for file in files():
        relative = file.relative_to(ROOT)
        module = ".".join(relative.with_suffix("").parts)
        source = file.read_text(encoding="utf-8")
        names = list(imported(source, module, is_package=file.name == "__init__.py"))
        if file.name != "chapter.py":
            names += [each for each in named(source) if (relative.as_posix(), each) != THE_LIST]
        for name in names:
            if above(module, name):
                yield f"{relative} imports {name}, which stands above it: use a reaction or a Hook (docs/chapters.md)"


def test_every_chapter_has_its_floor() -> None:
    packages = {file.parent.name for file in MODELS.glob("*/__init__.py")}
    assert {chapter.name for chapter in chapters()} == packages - {"migrations"}
    assert chapters()[0].name == "core"


def test_imports_go_down_only() -> None:
    assert list(breaches()) == []


def test_nothing_but_chapters_lies_beside_them() -> None:
    """What stands on the roof may know all chapters, and so none of them may know it."""
    assert {file.name for file in MODELS.glob("*.py")} == {"__init__.py", "chapters.py", "installation.py"}


def test_a_manifest_imports_nothing_of_its_chapter() -> None:
    """Reading all of them must cost nothing: they name modules by text."""
    for chapter in chapters():
        source = (MODELS / chapter.name / "chapter.py").read_text(encoding="utf-8")
        names = set(imported(source, f"models.{chapter.name}.chapter"))
        assert {name for name in names if not name.startswith("models.core.chapters.")} <= {
            "__future__.annotations"
        }


@pytest.mark.parametrize(
    ("module", "name", "goes_up"),
    [
        ("models.core.errors", "models.chapters", True),
        ("models.core.clock", "models.tasks.records.Case", True),
        ("models.grid.nodes", "models.hazards.records.Hazard", True),
        ("models.hazards.records", "models.grid.records.GridNode", False),
        ("models.grid.nodes", "models.grid.records", False),
        ("models.grid.nodes", "models.installation.install_standards", True),
        ("models.grid.nodes", "json", False),
    ],
)
def test_the_rule_itself(module: str, name: str, goes_up: bool) -> None:
    assert above(module, name) is goes_up


def test_names_in_texts_are_seen() -> None:
    source = (
        '"""models.tasks.records says it."""\nMODULE = "models.tasks.records"\nfound = load("bots.cards:X")\n'
    )
    assert set(named(source)) == {"models.tasks.records", "bots.cards"}
