"""Running tests in a copy of the checkout, each time in a process of its own that begins with the libraries loaded.

What the tests and models/ import of others takes longer to load than most mutants take to die, so this process loads it
once and forks: nothing of ours is loaded before the fork, and the child imports the copy's files alone.
"""

from __future__ import annotations

import functools
import importlib
import multiprocessing
import os
import subprocess
import sys
import warnings
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
OPTIONS = (
    "-q", "-m", "not slow and not browser", "-p", "no:cacheprovider", "-p", "scripts.mutants.watching", "-p", "no:schemathesis",
    "--ignore=tests/handlers/test_openapi.py",  # walks through every route and tells of no rule
)  # fmt: skip
_LIBRARIES = (
    "pytest", "hypothesis", "hypothesis.internal.conjecture.engine", "hypothesis.stateful", "pytest_tornado.plugin",
    "peewee", "playhouse.pool", "playhouse.sqlite_ext", "mysql.connector", "tornado.web", "tornado.testing",
    "tornado.httpclient", "tornado.websocket", "PIL.Image", "PIL.ImageDraw", "openpyxl", "python_calamine",
    "reportlab.pdfgen.canvas", "cryptography.fernet", "argon2", "opencc", "pypinyin", "chinese_calendar", "qrcode",
    "structlog", "zxcvbn", "orjson", "rich.progress", "playwright.sync_api", "pydantic_settings", "redis", "fakeredis",
)  # fmt: skip


def run(
    copy: Path, tests: list[str], *, seconds: float | None = None, output: str = "output.txt", **told: str
) -> int:
    """Run tests in a copy until the first that fails (all of them to note), and give pytest's answer.

    What they print goes to the file `output` there. Raises TimeoutExpired.
    """
    load_libraries()
    until = [] if "MUTANTS_NOTE" in told else ["-x"]
    process = multiprocessing.get_context("fork").Process(
        target=_tested, args=(copy, [*OPTIONS, *until, *tests], output, told)
    )
    process.start()
    try:
        process.join(seconds)
        if process.exitcode is None:
            raise subprocess.TimeoutExpired("pytest", seconds or 0)
        return process.exitcode
    finally:
        if process.exitcode is None and process.pid:
            os.killpg(process.pid, 9)
            process.join()


@functools.cache
def load_libraries() -> None:
    with warnings.catch_warnings(action="ignore"):
        for name in _LIBRARIES:
            importlib.import_module(name)


def settle(copy: Path, output: str) -> None:
    """In a fork: everything of ours comes from the copy, and all output goes to a file there."""
    os.setsid()
    os.chdir(copy)
    with (copy / output).open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ |= {"ANBAN_TEST_DATABASE": "sqlite", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    sys.path[:] = [
        str(copy),
        *(path for path in sys.path if Path(path or os.curdir).resolve() not in (_ROOT, copy)),
    ]
    for name in [name for name in sys.modules if name.split(".")[0] == "scripts"]:
        del sys.modules[name]


def _tested(copy: Path, line: list[str], output: str, told: dict[str, str]) -> None:
    settle(copy, output)
    os.environ |= told
    sys.argv = ["pytest", *line]
    import pytest

    sys.exit(int(pytest.main(line)))
