"""`anban doctor`: one typo in a file of rules is said with what to do, and the rules that hold go on holding."""

from __future__ import annotations

import os
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
    assert anban(tmp_path, "doctor") == (0, "✓ 数据库可用，规则都读得懂\n")
