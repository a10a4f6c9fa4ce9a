"""What can't be opened is told in a sentence with what to do, ends with 1, and is left as it is (issue 9, row 10)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from models.core.config import config, configure
from models.core.db.connection import close_database, database, migrate, open_database
from scripts.services.process import free_port
from server import logs
from server.cli import main


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with today's schema and some rows."""
    path = tmp_path_factory.mktemp("sound") / "anban.db"
    open_database(f"sqlite:///{path}")
    migrate()
    close_database()
    return path


@pytest.fixture
def anban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Runs a command in a data folder of its own; settings by name."""
    before, mask = config(), os.umask(0o022)
    monkeypatch.setattr(
        logs, "set_up", lambda level: None
    )  # it would log to the runner's own stream for good
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANBAN_DATA_DIR", str(tmp_path))

    def run(*command: str, **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(f"ANBAN_{name.upper()}", value)
        return CliRunner().invoke(main, command)

    yield run
    if database.obj is not None:
        close_database()
    configure(before)
    os.umask(mask)


def told(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.output


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def scratched(content: bytes) -> bytes:
    """The first page is whole, what it leads to is not."""
    return content[:4096] + os.urandom(len(content) - 4096)


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "garbage": (lambda content: os.urandom(20_000), "不是数据库文件"),
    "a text": (lambda content: "账本".encode() * 500, "不是数据库文件"),
    "a short one": (lambda content: content[:40], "不是数据库文件"),
    "another header": (lambda content: b"SQLite format 9\0" + content[16:], "不是数据库文件"),
    "cut off": (cut, "不完整"),
    "scratched": (scratched, "已损坏"),
    "a page of no size": (lambda content: content[:16] + b"\0\3" + content[18:], "不完整"),
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("command", ["migrate", "web"])
def test_a_spoilt_database(
    anban: Callable[..., Result], sound: Path, tmp_path: Path, how: str, command: str
) -> None:
    spoil, words = SPOILT[how]
    file = tmp_path / "anban.db"
    content = spoil(sound.read_bytes())
    file.write_bytes(content)
    told(anban(command), words, "备份")
    assert file.read_bytes() == content, "nothing is written over"


def test_a_sound_database_and_an_empty_file_are_taken(
    anban: Callable[..., Result], sound: Path, tmp_path: Path
) -> None:
    shutil.copy(sound, tmp_path / "anban.db")
    assert anban("migrate").exit_code == 0
    (tmp_path / "empty.db").touch()
    assert anban("migrate", database_url=f"sqlite:///{tmp_path}/empty.db").exit_code == 0


def test_a_folder_in_its_place(anban: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "anban.db").mkdir()
    told(anban("migrate"), "不是文件")


def test_a_file_in_the_place_of_the_folder(anban: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told(anban("migrate", data_dir=str(tmp_path / "file"), secret_key="k"), "ANBAN_DATA_DIR")
    told(anban("migrate", data_dir="/proc/anban", secret_key="k"), "ANBAN_DATA_DIR")


def test_a_newer_schema(anban: Callable[..., Result], sound: Path, tmp_path: Path) -> None:
    file = tmp_path / "anban.db"
    shutil.copy(sound, file)
    open_database(f"sqlite:///{file}")
    database.execute_sql(
        "INSERT INTO schema_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01')"
    )
    close_database()
    for command in ("migrate", "web", "work"):
        told(anban(command), "9999_tomorrow", "新版本")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("port", "many", "ANBAN_PORT"), ("time_zone", "Mars", "ANBAN_TIME_ZONE"), ("threads", "0", "ANBAN_THREADS"),
        ("database_url", "postgres://x/y", "ANBAN_DATABASE_URL"),
        ("database_url", "mysql://u:p@host:port/x", "ANBAN_DATABASE_URL"),
    ],
)  # fmt: skip
def test_settings_that_say_nothing(anban: Callable[..., Result], name: str, value: str, words: str) -> None:
    told(anban("migrate", **{name: value}), words)


def test_a_server_that_is_away(anban: Callable[..., Result]) -> None:
    told(
        anban("migrate", database_url=f"mysql://root@127.0.0.1:{free_port()}/x?connection_timeout=1"),
        "连不上",
    )
    told(
        anban("migrate", database_url="mysql://root@nowhere.invalid/x?connection_timeout=1"),
        "ANBAN_DATABASE_URL",
    )


def test_a_server_that_says_no(
    anban: Callable[..., Result], engine: str, new_database: Callable[[], str]
) -> None:
    """Wrong password, no such database, no right to it: on a server of its own."""
    if engine != "mariadb":
        return  # an embedded database asks nobody
    url = urlsplit(new_database())
    server = f"{url.hostname}:{url.port}"
    open_database(url.geturl())
    database.execute_sql("CREATE USER IF NOT EXISTS someone@'%' IDENTIFIED BY 'secret'")
    close_database()
    told(anban("migrate", database_url=f"mysql://someone:wrong@{server}{url.path}"), "账号或密码不对")
    told(anban("migrate", database_url=f"mysql://root@{server}/never_made"), "没有这个库")
    told(anban("migrate", database_url=f"mysql://someone:secret@{server}{url.path}"), "权限")


@pytest.mark.one_engine
def test_by_the_command_itself(tmp_path: Path) -> None:
    (tmp_path / "anban.db").write_bytes(b"\0" * 9000)
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "run"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "ANBAN_DATA_DIR": str(tmp_path), "ANBAN_PORT": str(free_port())},
    )  # fmt: skip
    assert done.returncode == 1
    assert "不是数据库文件" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
