"""`anban audit`: whether anybody changed the logs (J05)."""

from __future__ import annotations

import click
from rich.console import Console

from models.administration.logs.retention import newest_seals, verify_all
from models.core.db.connection import close_database, database
from server import logs
from server.settings import Settings
from server.starting import open_house

out = Console()


@click.group()
def audit() -> None:
    """The logs: whether anybody changed them."""


@audit.command()
def verify() -> None:
    """Compare every sealed line of the logs with its seal; ends with 1 if one was changed, added or taken away.

    Prints the newest seal of each log. Kept elsewhere, it proves later that nothing before it was taken away.
    """
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    try:
        with database.connection_context():
            faults, seals = list(verify_all()), newest_seals()
    finally:
        close_database()
    for seal in seals:
        out.print(
            f"{seal.log}  封条 {seal.number}，到第 {seal.last_id} 行  {seal.digest}",
            markup=False,
            soft_wrap=True,
        )
    for fault in faults:
        out.print(f"{fault.log}  封条 {fault.number}：{fault.what}", markup=False, style="red")
    out.print(f"有 {len(faults)} 处和封存时不一致。" if faults else "日志和封存时一致。")
    if faults:
        raise SystemExit(1)
