"""What the house keeps is its owner's alone, whatever the umask, and mended at the start (X11, 等保)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.services.process import free_port, launch, stop, wait_until
from server import private


def modes(folder: Path) -> dict[str, int]:
    """What others may of every file and folder below, by name; only where it is something."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            found[path.name] = mode
    return found


@pytest.mark.one_engine
def test_everything_that_a_run_makes(tmp_path: Path) -> None:
    """With the most careless umask."""
    data, log, port = tmp_path / "data", tmp_path / "log", free_port()
    settings = {**os.environ, "ANBAN_DATA_DIR": str(data), "ANBAN_PORT": str(port)}
    process = launch(
        ["sh", "-c", f'umask 000; exec "{sys.executable}" -m server.cli run --no-demo'], log, with_parent=True,
        settings=settings,
    )  # fmt: skip
    try:
        wait_until(lambda: "Ctrl+C" in log.read_text(), process, log, 60)
        assert {"anban.db", "anban.db-wal", "anban.db-shm", "secret.key"} <= {
            path.name for path in data.iterdir()
        }
        assert modes(data) == {}
    finally:
        stop(process)


@pytest.mark.one_engine
def test_what_was_open_is_closed_at_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "files").mkdir(parents=True)
    for name in ("anban.db", "anban.db-wal", "secret.key", "registry.xlsx", "files/photo"):
        (data / name).write_bytes(b"x")
        (data / name).chmod(0o644)
    (data / "files").chmod(0o755)
    data.chmod(0o755)
    env = tmp_path / ".env"
    env.write_text("ANBAN_SECRET_KEY=x")
    env.chmod(0o664)
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "elsewhere").chmod(0o644)
    (data / "link").symlink_to(tmp_path / "elsewhere")
    told = subprocess.run(
        [sys.executable, "-c", _BEGIN, str(data), str(env), str(tmp_path / "none")], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert told.stdout.split() == ["7", "0"], "mended once, then nothing is to be mended"
    assert "made_private" in told.stderr
    assert modes(data).keys() == {"photo", "link"}, "below a closed folder, and what the link leads to"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644


_BEGIN = """
import sys
from pathlib import Path
from server import logs, private
logs.set_up("info")
data, *others = map(Path, sys.argv[1:])
print(private.begin(data, *others), private.begin(data, *others))
"""


def test_it_needs_no_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert private.begin(tmp_path / "new" / "data") == 0
        assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) == 0o700
        (tmp_path / "new" / "data" / "made").touch()
        assert modes(tmp_path / "new" / "data") == {}
    finally:
        os.umask(before)
