"""Manifests name what there is, and nothing that a chapter declares is left out of its manifest."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from models.core import chapters as known
from models.core.chapters import Chapter, chapters, found_at, module_names
from models.core.hooks import all_hooks
from models.core.ledger import Ledger, all_ledgers
from models.core.security.rights import all_rights
from models.core.views.describe import STATISTICS
from models.tasks.subjects import all_served

ROOT = Path(__file__).resolve().parents[2]
#: By the field of a manifest: how a module says that it belongs there.
SIGNS: dict[str, str] = {
    "rulebooks": r"= Rulebook\(",
    "settings": r"^[A-Z_]+(: [^=]+)? = CompanySetting\($",
    "photos": r"^(photos\.)?shown_by\(",
    "subjects": r"^([A-Z_]+ = )?serve\($",
    "finders": r"^@finder\(",
    "tellers": r"^@teller(_of_many)?\(|^teller\(",
    "reactions": r"^@reaction\(|^ +reaction\(\w+\)\(",
    "listeners": r"^@hearer\b|^@watcher\(",
    "hooks": r"^@[\w.]+\.answer$",
    "cards": r"^@composer",
    "presses": r"^@pressed\(",
    "commands": r"^@command\(",
}
#: Where these words are made, and not used.
MAKERS = (
    "models/core/hooks.py",
    "bots/cards/__init__.py",
    "bots/incoming/pressing.py",
    "bots/commands/__init__.py",
)


@cache
def code(*rooms: str) -> tuple[tuple[str, str], ...]:
    """Every module of some rooms with its text."""
    return tuple(_code(rooms))


def _code(rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            relative = file.relative_to(ROOT).as_posix()
            if "/migrations/" not in relative and relative not in MAKERS:
                yield (
                    relative.removesuffix(".py").removesuffix("/__init__").replace("/", "."),
                    file.read_text("utf-8"),
                )


@pytest.mark.parametrize("part", SIGNS)
def test_a_module_that_declares_something_is_named(part: str) -> None:
    sign = re.compile(SIGNS[part], re.MULTILINE)
    declaring = {module for module, text in code("models", "bots") if sign.search(text)}
    assert declaring, "nothing is found any more: the sign has changed"
    missing = [
        f"{module}: name it in its chapter.py under {part}" for module in declaring - set(module_names(part))
    ]
    idle = [f"{module}: it declares nothing for {part}" for module in set(module_names(part)) - declaring]
    assert sorted([*missing, *idle]) == []


def test_every_ledger_is_named() -> None:
    named = [found_at(chapter, name) for chapter in chapters() for name in chapter.ledgers]
    assert all(isinstance(ledger, Ledger) for ledger in named)
    declared = [
        module for module, text in code("models") for _ in re.findall(r"\bLedger\($", text, re.MULTILINE)
    ]
    assert len({ledger.name for ledger in named}) == len(named) == len(declared), (
        f"a ledger is not named under ledgers in its chapter.py: one of {declared}"
    )


def test_kinds_and_pages_name_what_there_is() -> None:
    ledgers = {ledger.name for ledger in all_ledgers()}
    kinds = known.all_kinds()
    named = {kind.ledger for kind in kinds.values()} | {
        page.ledger for chapter in chapters() for page in chapter.pages
    }
    assert named - {""} - ledgers == set()
    assert {page.right for chapter in chapters() for page in chapter.pages if page.right} - {
        right.name for right in all_rights()
    } == set()
    assert {kind.heard_with for kind in kinds.values() if kind.heard_with} <= set(kinds)


def test_what_flows_serve_is_a_kind_of_a_manifest_under_the_same_title() -> None:
    """The fronts learn from manifests what comes as a task, and where it is kept."""
    served = {one.kind: one.title for one in all_served() if one.record.__module__.startswith("models.")}
    assert served == {kind.name: kind.title for kind in known.all_kinds().values() if kind.tasks}
    kept = {ledger.record: ledger.name for ledger in reversed(all_ledgers())}
    for one in all_served():
        ledger = kept.get(one.record)
        assert ledger is None or known.all_kinds()[one.kind].ledger, f"{one.kind} is kept in {ledger}"


def test_no_front_keeps_a_table_of_ledgers() -> None:
    """What the server says of menu, pages and kinds is not said again in the console."""
    tables = {
        "static/console/src/components/frame/SideMenu.vue",
        "static/console/src/components/ledger/form/own.ts",
        "static/console/src/components/ledger/row/DetailPanel.vue",
        "static/console/src/views/LedgerView.vue",
        "static/console/src/lib/tasks/tasks.ts",
    }
    for file in tables:
        text = (ROOT / file).read_text("utf-8")
        found = [ledger.name for ledger in all_ledgers() if f"'{ledger.name}'" in text]
        assert [name for name in found if name not in ("tasks",)] == [], file


def test_the_menu_keeps_groups_together() -> None:
    groups = [ledger.group for ledger in all_ledgers() if ledger.record.__module__.startswith("models.")]
    assert [
        group for at, group in enumerate(groups) if group in groups[:at] and groups[at - 1] != group
    ] == []
    assert {*groups, STATISTICS} == set(known.menu_groups())


def test_every_module_with_rights_is_named() -> None:
    declaring = {
        module for module, text in code("models") if re.search(r"^[A-Z_]+ = declare\(", text, re.MULTILINE)
    }
    assert declaring - set(module_names("records")) == set()


def test_every_module_with_routes_is_named() -> None:
    """All but the ledgers', which are the engine's, and the chat's addresses, which are no JSON."""
    declaring = {
        module
        for module, text in code("handlers", "miniprogram_api")
        if re.search(r"^routes = ", text, re.MULTILINE)
    }
    assert declaring == {*module_names("console"), *module_names("phone")}


def _runs() -> Iterator[tuple[Chapter, str]]:
    for chapter in chapters():
        for entry in (*chapter.standards, *chapter.jobs, *chapter.sweeps, *chapter.demo):
            yield chapter, entry.run
        for name in chapter.channels.values():
            yield chapter, name


@pytest.mark.parametrize(("chapter", "name"), list(_runs()), ids=lambda one: getattr(one, "name", one))
def test_what_is_to_run_is_there(chapter: Chapter, name: str) -> None:
    assert callable(found_at(chapter, name))


@pytest.mark.parametrize("part", [*known.MODULES, *known.DOOR_MODULES])
def test_the_modules_that_manifests_name_are_there(part: str) -> None:
    assert [name for name in module_names(part) if find_spec(name) is None] == []


def test_names_are_used_once() -> None:
    for entries in (lambda each: each.standards, lambda each: each.jobs, lambda each: each.sweeps):
        names = [entry.name for chapter in chapters() for entry in _of(entries, chapter)]
        assert len(names) == len(set(names))
    live = [kind for chapter in chapters() for kind in chapter.live]
    assert len(live) == len(set(live))


def _of(entries: Callable[[Chapter], Any], chapter: Chapter) -> Any:
    return entries(chapter)


def test_lists_that_follow_news_are_there() -> None:
    there = {ledger.name for ledger in all_ledgers()}
    assert {name for chapter in chapters() for names in chapter.live.values() for name in names} <= there


def test_rights_that_are_granted_are_there() -> None:
    rights = {right.name for right in all_rights()}
    prefixes = {right.partition(".")[0] for right in rights}
    for kind in known.GRANTS:
        by_prefix = kind in ("system", "security", "audit", "everyday", "site_prefixes")
        assert set(known.granted(kind)) <= (prefixes if by_prefix else rights), kind


def test_a_chapter_grants_its_own_rights_alone() -> None:
    """A right that its chapter does not know is granted by nobody else: whoever reads one manifest knows all of it."""
    declared: dict[str, str] = {}
    for module, text in code("models"):
        for found in re.finditer(r"^[A-Z_]+ = declare\(\"([\w.-]+)\"", text, re.MULTILINE):
            declared[found[1]] = module.split(".")[1]
    for chapter in chapters():
        for kind in known.GRANTS:
            for name in getattr(chapter.grants, kind):
                owners = {
                    owner for right, owner in declared.items() if name in (right, right.partition(".")[0])
                }
                assert owners == {chapter.name}, (chapter.name, kind, name)


def test_a_hook_is_asked_below_and_answered_above() -> None:
    known.load_all()
    for hook in all_hooks():
        below = hook.name.partition(".")[0]
        assert below in {chapter.name for chapter in chapters()}, hook.name
        for module in hook.modules:
            assert known.floor_of(module) >= known.floor_of(f"models.{below}"), (hook.name, module)
        assert hook.modules, f"nobody answers {hook.name}"


def test_manifests_are_read_without_their_chapters() -> None:
    """What a start must not pay for: reading all manifests brings none of what they name along, and no database."""
    script = "import sys, models.chapters; print(sorted(name for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(ast.literal_eval(done.stdout))
    packages = {f"models.{chapter.name}" for chapter in chapters()}
    light = {
        "models",
        "models.chapters",
        "models.core.chapters",
        *packages,
        *(f"{each}.chapter" for each in packages),
    }
    assert {name for name in loaded if name.startswith("models")} == light
    assert not loaded & {"peewee", "tornado", "PIL"}
