"""Putting the demo data aside, so that the next start plants it anew."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

from scripts.setup.stamps import ROOT
from scripts.setup.steps import Stop, say

_ASIDE = "before-reset"
# What lies in the data folder and is not of the demo: the key, and what tools keep there.
_STAYS = {_ASIDE, "secret.key", "services.json", "bench", "failures"}


def reset() -> None:
    """Move the embedded database and its files into var/before-reset (what was there goes).

    Raises Stop where the data is not the embedded one, or Anban is running on it.
    """
    if os.environ.get("ANBAN_DATABASE_URL"):
        raise Stop("ANBAN_DATABASE_URL names another database; demo-reset is for the embedded one alone.")
    data = Path(os.environ.get("ANBAN_DATA_DIR") or ROOT / "var")
    if not (data / "anban.db").exists():
        say(f"No demo data in {data}; `make run` plants it.")
        return
    if _answers(int(os.environ.get("ANBAN_PORT") or 8888)):
        raise Stop("Anban is running. Stop it with Ctrl+C first, then run the command again.")
    aside = data / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for path in list(data.iterdir()):
        if path.name not in _STAYS:
            path.rename(aside / path.name)
    say(f"Demo data put aside in {aside} until the next reset; `make run` plants it anew.")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
