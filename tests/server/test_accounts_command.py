"""`anban accounts`: whoever holds the server lets `admin` in again, whatever was tried (issue 9.2)."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from models.demo import demo_sign_ins
from tests.support.started_program import Server

ADMIN = next(password for _, login, password, _ in demo_sign_ins() if login == "admin")


@pytest.fixture(scope="module")
def server(demo_data: Path, start_server: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A server with demo data on SQLite."""
    with start_server(copy_of=demo_data, settings={"DEMO": "1"}) as started:
        yield started


def sign_in(server: Server, password: str) -> tuple[int, Any]:
    body = json.dumps({"provider": "password", "login": "admin", "password": password}).encode()
    try:
        with urllib.request.urlopen(f"{server.url}/api/mp/v1/session", body) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def command(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server.cli", "accounts", *words],
        env=dict(server.settings),
        cwd=server.data_dir.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lock_out(server: Server) -> None:
    for _ in range(5):
        assert sign_in(server, "wrong")[0] == 401
    assert sign_in(server, ADMIN)[0] == 429


@pytest.mark.one_engine
def test_unlock_lets_admin_in_at_once(server: Server) -> None:
    lock_out(server)
    done = command(server, "unlock", " ADMIN ")
    assert (done.returncode, "现在可以登录" in done.stdout) == (0, True), done.stderr
    time.sleep(5.2)  # so long a process remembers a wait without asking
    assert sign_in(server, ADMIN)[0] == 200


@pytest.mark.one_engine
def test_reset_gives_a_password_once_ends_sessions_and_says_who_did_it(server: Server) -> None:
    token = sign_in(server, ADMIN)[1]["token"]
    done = command(server, "reset", "admin")
    assert done.returncode == 0, done.stderr
    password = done.stdout.partition("新密码：")[2].split()[0]
    status, session = sign_in(server, password)
    assert (status, session["must_change_password"]) == (200, True)
    assert sign_in(server, ADMIN)[0] == 401
    asked = urllib.request.Request(
        f"{server.url}/api/mp/v1/session", headers={"Authorization": f"Bearer {token}"}
    )
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(asked)
    import sqlite3

    with sqlite3.connect(server.data_dir / "anban.db") as database:
        said = database.execute(
            "SELECT account_name, door FROM change_log WHERE action = 'password_reset' ORDER BY id DESC"
        ).fetchone()
    assert said == ("服务器命令行", "system")


@pytest.mark.one_engine
def test_an_unknown_login_is_said_in_words(server: Server) -> None:
    done = command(server, "reset", "nobody")
    assert done.returncode == 1
    assert "没有账号 nobody" in done.stderr


def audited(server: Server) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server.cli", "audit", "verify"],
        env=dict(server.settings),
        cwd=server.data_dir.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_lost_second_factor_is_reset_on_the_server_and_the_logs_can_be_verified(server: Server) -> None:
    without = command(server, "reset-second-factor", "admin")
    assert without.returncode != 0 and "没有动态口令" in without.stderr
    told = audited(server)
    assert (told.returncode, "日志和封存时一致" in told.stdout) == (0, True), told.stderr
    kept = sqlite3.connect(server.data_dir / "anban.db")
    with kept:
        kept.execute(
            "INSERT INTO log_seal (log, number, first_id, last_id, lines, content, digest, sealed_at)"
            " VALUES ('sign_in', 99, 1, 1, 1, 'x', 'x', '2026-01-01 00:00:00')"
        )
        (admin,) = kept.execute("SELECT id FROM account WHERE login = 'admin'").fetchone()
        kept.execute(
            "INSERT INTO second_factor (account_id, confirmed_at, last_step, failures)"
            " VALUES (?, '2026-01-01 00:00:00', 0, 0)",
            (admin,),
        )
    kept.close()
    found = audited(server)
    assert found.returncode == 1 and "封条 99" in found.stdout
    reset = command(server, "reset-second-factor", "ADMIN")
    assert (reset.returncode, "admin" in reset.stdout) == (0, True), reset.stderr
