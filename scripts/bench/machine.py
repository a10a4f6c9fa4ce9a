"""What the figures were taken on, and how busy it was meanwhile."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("tornado", "peewee", "mysql-connector-python", "asyncmy", "uvloop", "pydantic", "openpyxl")


def describe() -> dict[str, Any]:
    """Processor, memory, system, versions, the commit, and the day."""
    return {
        "at": datetime.now().astimezone().isoformat(timespec="minutes"),
        "processor": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gb": round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024**2),
        "system": _field("/etc/os-release", "PRETTY_NAME", "=").strip('"'),
        "python": platform.python_version(),
        "mariadb": _output("mariadbd", "--version"),
        "packages": {name: _version(name) for name in _PACKAGES},
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
    }


def load() -> float:
    """How many processes wanted to run, on the average of the last minute."""
    return os.getloadavg()[0]


def noise(load_before: float) -> str:
    """A warning if other work was in the way, or the empty text."""
    if load_before < 0.5 * (os.cpu_count() or 1):
        return ""
    return (
        f"The machine was busy before the run (load {load_before:.1f} on {os.cpu_count()} cores): the ratios "
        "are of sides measured in turns, the figures themselves are too low."
    )


def _field(path: str, name: str, sign: str = ":") -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(sign)
        if key.strip() == name:
            return value.strip()
    return "unknown 0"


def _version(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        return "-"


def _output(*command: str) -> str:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": path})
    except OSError:
        return "unknown"
    return done.stdout.strip()
