"""What may stand in the repository: the rooms of the design card, short files, and nothing of one machine."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"server", "handlers", "miniprogram_api", "bots", "models", "static", "scripts", "tests"}
FOLDERS = ROOMS | {"docs", "deploy", ".ci"}
CODE = {".py", ".js", ".mjs", ".cjs", ".ts", ".vue", ".css", ".scss", ".sh", ".lua"}
LONGEST = 400  # lines; a longer file asks to be split by subject
# Where a package comes from, and where somebody's checkout lies, is no business of the repository.
PLACES = {
    "a registry's address": re.compile(
        r"\bregistry\.[\w-]+\.\w+|\bpypi\.\w+/|\bfiles\.python\w+|\bdeb\.\w+\.org"
    ),
    "a machine's path": re.compile(r"(?<![\w.$-])/(work/|root/|home/\w+/|Users/\w+/|tmp/brief)"),
}


def tracked() -> list[Path]:
    """All files that are committed or about to be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    """A file's text, empty where it has none."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


FILES = tracked()


def test_the_repository_was_read() -> None:
    assert len(FILES) > 50


def test_only_the_rooms_of_the_design_card() -> None:
    top = {file.relative_to(ROOT).parts[0] for file in FILES if len(file.relative_to(ROOT).parts) > 1}
    assert top <= FOLDERS


def test_no_file_is_too_long() -> None:
    code = [file for file in FILES if file.suffix in CODE]
    lengths = {str(file.relative_to(ROOT)): len(text_of(file).splitlines()) for file in code}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("what", PLACES)
def test_no_file_names(what: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in FILES
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if PLACES[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f'"resolved": "https://{"registry"}.somewhere.org/vue-3.tgz"', "a registry's address"),
        ("open('" + "/".join(["", "work", "data.json"]) + "')", "a machine's path"),
        ("cd " + "/".join(["", "home", "ann", "anban"]), "a machine's path"),
    ],
)
def test_such_lines_are_found(line: str, what: str) -> None:
    assert PLACES[what].search(line)


@pytest.mark.parametrize("line", ["/api/work/orders", "framework/", "$ROOT/work/x", "var/work/"])
def test_harmless_lines_are_not(line: str) -> None:
    assert not PLACES["a machine's path"].search(line)


def test_lock_files_pin_without_addresses() -> None:
    locks = [file for file in FILES if file.name == "package-lock.json"]
    assert locks
    for lock in locks:
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        with_address = [
            name for name, package in packages.items() if "://" in str(package.get("resolved", ""))
        ]
        assert with_address == [], lock.relative_to(ROOT)


def test_requirements_are_exact() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = [line for line in text_of(ROOT / name).splitlines() if line and not line.startswith("#")]
        assert lines
        assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)] == [], name


def test_nothing_built_is_committed() -> None:
    built = ("static/dist/", "node_modules/", ".egg-info/", "__pycache__/", "unpackage/")
    assert [str(file) for file in FILES if any(part in f"{file.relative_to(ROOT)}/" for part in built)] == []


def test_a_class_name_means_one_thing():
    """Handlers stand under their route, and shapes are called by what they describe; all else has a name of its own."""
    places: dict[str, set[str]] = {}
    for file in FILES:
        name = file.relative_to(ROOT)
        if (
            file.suffix != ".py"
            or name.parts[0] not in {"models", "bots", "server"}
            or "migrations" in name.parts
        ):
            continue
        for node in ast.parse(text_of(file)).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, set()).add(str(name))
    several = {
        name: where for name, where in places.items() if len(where) > 1 and not name.endswith("Handler")
    }
    assert several == {}
