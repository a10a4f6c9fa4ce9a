"""`anban settings`: what companies and the group have set, on the server itself (J08)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from models.administration import settings_page as page
from models.administration.accounts.actors import system_actor
from models.core.db.connection import close_database, in_transaction
from models.core.errors import AnbanError, Malformed
from models.core.fields import parse_day
from models.core.settings import changes
from models.organization.records import Company
from server import logs
from server.commands.accounts import BY
from server.settings import Settings
from server.starting import open_house
from server.unusable import require_key

out = Console()
_company = click.option("--company", help="Name, credit code or id of a company; without it the whole group.")


@click.group("settings")
def company_settings() -> None:
    """What a company or the group has set: approvals, messages, hazards, files. Environment settings are in README."""


@company_settings.command("list")
@_company
def list_settings(company: str | None) -> None:
    """Every setting with its value, and where that comes from."""
    found = _run(lambda: page.page_json(system_actor(BY), _place(company)))
    table = Table(title=f"{found['place']['name']} 的设置", title_justify="left")
    table.add_column("名称", no_wrap=True)  # it is copied into the next command
    for heading in ("是什么", "现在", "来自", "将要生效"):
        table.add_column(heading, overflow="fold")
    for group in found["groups"]:
        for item in group["items"]:
            coming = "；".join(f"{one['valid_from']} 起 {one['after']}" for one in item["coming"])
            title = f"{group['title']}：{item['field']['title']}"
            table.add_row(item["name"], title, item["text"], item["source_text"], coming)
    out.print(table)


@company_settings.command()
@click.argument("name")
@_company
def show(name: str, company: str | None) -> None:
    """One setting: its value, what is allowed, and who changed it when."""
    _print(_run(lambda: page.item_json(system_actor(BY), name, _place(company))))


@company_settings.command("set")
@click.argument("name")
@click.argument("value")
@_company
@click.option("--from", "start", help="From which day on (2027-01-01); today if left out.")
@click.option("--note", help="Why.")
def set_value(name: str, value: str, company: str | None, start: str | None, note: str | None) -> None:
    """Set NAME to VALUE, for a company or the group."""
    _change(name, company, value=value, start=start, note=note)


@company_settings.command()
@click.argument("name")
@_company
@click.option("--note", help="Why.")
def inherit(name: str, company: str | None, note: str | None) -> None:
    """Have no value of one's own any more: what the group set holds, or the default."""
    _change(name, company, inherits=True, note=note)


def _change(
    name: str, company: str | None, *, value: str | None = None, inherits: bool = False,
    start: str | None = None, note: str | None = None,
) -> None:  # fmt: skip
    day = _day(start) if start else None

    def change() -> str:
        actor, place = system_actor(BY), _place(company)
        setting, company_id = page.setting_of(name), page.place_of(actor, place)
        changes.save(
            actor, setting, company_id, value, on=changes.newest(setting, company_id), inherit=inherits,
            valid_from=day, note=note,
        )  # fmt: skip
        return place

    _print(_run(change, lambda place: page.item_json(system_actor(BY), name, place)))
    out.print("其他正在运行的进程两秒内照新的办。", style="dim")


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except Malformed:
        raise click.ClickException(f"日期“{text}”读不懂，请写成 2027-01-01 的样子") from None


def _run(*works: Callable[..., Any]) -> Any:
    """Each work in a transaction of its own, given what the one before gave; refusals as sentences."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    require_key(settings)
    given: tuple[Any, ...] = ()
    try:
        for work in works:
            given = (in_transaction(work, *given),)
    except AnbanError as error:
        said = "；".join(error.fields.values()) or error.cause
        raise click.ClickException(f"{error.message}。{said}" if said else error.message) from error
    finally:
        close_database()
    return given[0]


def _place(company: str | None) -> str:
    if not company:
        return "group"
    text = company.strip()
    named = (Company.name == text) | (Company.credit_code == text)
    found = Company.select().where(
        Company.kind == "company", named | (Company.id == text if text.isdecimal() else named)
    )
    rows = list(found.limit(2))
    if len(rows) != 1:
        few = "没有这家公司" if not rows else "不止一家公司叫这个名称"
        raise click.ClickException(f"{few}：{text}。请写公司的全称、信用代码或编号")
    return str(rows[0].id)


def _print(item: dict[str, Any]) -> None:
    field = item["field"]
    out.print(f"{item['name']}  {field['title']}  ·  {item['place']['name']}", style="bold", markup=False)
    out.print(f"现在：{item['text']}（{item['source_text']}）", markup=False)
    if field.get("min") is not None and field.get("max") is not None and field["kind"] == "integer":
        out.print(f"可以填：{field['min']} 到 {field['max']} {field['unit'] or ''}", markup=False)
    for option in field.get("choices") or ():
        out.print(f"可以选：{option['value']}  {option['title']}", markup=False)
    if field.get("help"):
        out.print(str(field["help"]), style="dim", markup=False)
    for one in item["changes"]:
        why = f"  {one['note']}" if one["note"] else ""
        out.print(
            f"{one['valid_from']} 起  {one['before']} → {one['after']}  [{one['state_text']}]"
            f"  {one['made_by']} {one['made_at'][:16]}{why}",
            markup=False,
        )
