"""Programs of the system that tests and measuring need: found, or installed where that is ours to do."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.setup.stamps import ROOT
from scripts.setup.steps import Stop, run

# program → Debian package that carries it
TESTS = {
    "mariadbd": "mariadb-server-core",
    "my_print_defaults": "mariadb-client-core",
    "redis-server": "redis-server",
    "nginx": "nginx-light",
    "chromium": "chromium",
}
BENCH = {
    "mariadbd": "mariadb-server-core",
    "my_print_defaults": "mariadb-client-core",
    "redis-server": "redis-server",
    "wrk": "wrk",
}
_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_POLICY = Path("/usr/sbin/policy-rc.d")


def prepare(programs: dict[str, str], *, font: bool = False) -> None:
    """Install what is missing. Raises Stop with the command to run if that takes somebody else."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted({package for name, package in programs.items() if not shutil.which(name, path=path)})
    if font and not _FONT.exists():
        missing.append("fonts-noto-cjk")  # Chinese in the pages that Chromium draws
    if not missing:
        return
    by_hand = f"apt-get update && apt-get install --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stop(
            f"These programs are missing. Install them as root, then run the command again:\n  {by_hand}"
        )
    settings = {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        run("apt-get update", ["apt-get", "update"], ROOT, settings)
        install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
        run("apt-get install", install, ROOT, settings, hint=f"By hand: {by_hand}")


@contextlib.contextmanager
def _no_services() -> Iterator[None]:
    # The packages would start servers on the well-known ports; we start our own, private ones.
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
