"""`python -m scripts.services start|stop|status`: servers to try things with, outside of tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import click

from scripts.services import database, store
from scripts.services.process import Missing

_STATE = Path(__file__).resolve().parents[2] / "var" / "services.json"
_KINDS = click.Choice(["mariadb", "redis"])


def _load() -> dict[str, dict[str, str]]:
    return json.loads(_STATE.read_text()) if _STATE.exists() else {}


def _save(state: dict[str, dict[str, str]]) -> None:
    _STATE.parent.mkdir(exist_ok=True)
    _STATE.write_text(json.dumps(state, indent=2))


def _runs(entry: dict[str, str]) -> bool:
    # The number may have gone to another program since: it is ours only if it works in our folder.
    try:
        return os.readlink(f"/proc/{entry['pid']}/cwd").startswith(entry["home"])
    except OSError:
        return False


def _stop(entry: dict[str, str]) -> None:
    pid = int(entry["pid"])
    for sign in (signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + 20
        if _runs(entry):
            os.kill(pid, sign)
        while _runs(entry) and time.monotonic() < end:
            time.sleep(0.1)
    shutil.rmtree(entry["home"], ignore_errors=True)


@click.group(help=__doc__)
def main() -> None:
    """Start, stop and list the servers."""


@main.command()
@click.argument("kinds", nargs=-1, type=_KINDS)
@click.option(
    "--fast", is_flag=True, help="MariaDB may lose the last second with its end: for trying out, no more."
)
def start(kinds: tuple[str, ...], fast: bool) -> None:
    """Start the servers (default: both) and print the settings that use them."""
    state = _load()
    for kind in kinds or ("mariadb", "redis"):
        if kind in state and _runs(state[kind]):
            click.echo(f"export {state[kind]['setting']}")
            continue
        home = Path(tempfile.mkdtemp(prefix=f"anban-by-hand-{kind}-", dir="/tmp"))
        try:
            setting, pid = _begin(kind, home, fast)
        except (Missing, RuntimeError) as error:
            shutil.rmtree(home, ignore_errors=True)
            raise click.ClickException(str(error)) from error
        state[kind] = {"pid": str(pid), "home": str(home), "setting": setting}
        _save(state)
        click.echo(f"export {setting}")


def _begin(kind: str, home: Path, fast: bool) -> tuple[str, int]:
    if kind == "mariadb":
        server, _ = database.start(home, with_parent=False, fast=fast)
        return f"ANBAN_DATABASE_URL='{server.url('anban')}'", server.pid
    server, _ = store.start(home, with_parent=False)
    return f"ANBAN_REDIS_URL='{server.url()}'", server.pid


@main.command()
@click.argument("kinds", nargs=-1, type=_KINDS)
def stop(kinds: tuple[str, ...]) -> None:
    """Stop the servers that `start` started, and remove their data."""
    state = _load()
    for kind in kinds or tuple(state):
        if kind in state:
            _stop(state.pop(kind))
            click.echo(f"{kind} stopped")
    _save(state)


@main.command()
def status() -> None:
    """List the servers that `start` started."""
    for kind, entry in _load().items():
        click.echo(f"{kind}: {'runs' if _runs(entry) else 'ended'}, pid {entry['pid']}, {entry['setting']}")


if __name__ == "__main__":
    main()
