"""`anban doctor`: one typo in a file of rules is said with what to do, and the rules that hold go on holding."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path


def anban(folder: Path, *arguments: str) -> tuple[int, str]:
    """The command on a data folder of its own: its exit code, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "ANBAN_DATA_DIR": str(folder), "ANBAN_DATABASE_URL": f"sqlite:///{folder}/anban.db"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_file_that_can_not_be_read_is_said_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "accident_rules.json").write_text('{"parts": {"levels": ', encoding="utf-8")
    assert anban(tmp_path, "migrate")[0] == 0, "the start goes on"
    code, said = anban(tmp_path, "doctor")
    assert code == 1
    assert "accident_rules.json 没有采用" in said.replace("\n", "")
    (tmp_path / "accident_rules.json").unlink()
    assert anban(tmp_path, "doctor") == (0, "✓ 数据库可用，规则都读得懂，汇总数与记录相符\n")


def test_sums_that_say_another_number_than_the_rows_are_said_and_corrected(tmp_path: Path) -> None:
    assert anban(tmp_path, "migrate")[0] == 0
    assert (
        anban(tmp_path, "recount")[0] == 0
    )  # sums that were never counted answer nothing, and are not asked
    with sqlite3.connect(tmp_path / "anban.db") as database:
        database.execute(
            "INSERT INTO kept_sum (name, company_id, day, first, second, third, fourth, fifth, fresh, count)"
            " VALUES ('clock-ins', 1, '2026-11-01', 0, 0, 0, 0, 0, 1, 3)"
        )
    code, said = anban(tmp_path, "doctor")
    assert code == 1 and "汇总数 clock-ins 有 1 处与记录不符。请运行 anban recount 重新核对" in said.replace(
        "\n", ""
    )
    code, said = anban(tmp_path, "recount")
    assert code == 0 and "clock-ins：改正 1 处\n" in said and "hazards：与记录相符\n" in said
    assert anban(tmp_path, "doctor")[0] == 0
