"""`anban`: the command line."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import Any

import click
import structlog
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from models.core.db.connection import close_database, database, in_transaction, migrations
from models.core.errors import Unavailable
from server import __version__, logs
from server.commands.accounts import accounts
from server.commands.audit import audit
from server.commands.company_settings import company_settings
from server.commands.make_migration import make_migration
from server.settings import Settings
from server.starting import PortTaken, bring_up_to_date, open_house, run_loop, serve, work_alone
from server.unusable import Explained, require_key, require_known_schema

out = Console()
_DATABASE_FOR = 60.0  # seconds
_AGAIN_IN = 2.0  # seconds


@click.group(cls=Explained)
@click.version_option(__version__)
def main() -> None:
    """安班 Anban: clocking in by scan, and the safety ledgers behind it. Settings: environment ANBAN_…"""


main.add_command(accounts)
main.add_command(audit)
main.add_command(company_settings)
main.add_command(make_migration)


@main.command()
@click.option("--demo/--no-demo", default=None, help="Plant demo data and print demo sign-ins.")
@click.option("--port", type=int, help="Port to listen on (default 8888, or ANBAN_PORT).")
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
def run(demo: bool | None, port: int | None, host: str | None) -> None:
    """Everything in one process: database, server, relay. What `make run` calls."""
    given = {"demo": demo, "port": port, "host": host}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    logs.set_up(settings.log_level)
    started = time.monotonic()
    open_house(settings)
    applied = bring_up_to_date(settings)
    if applied:
        out.print(f"数据库已就绪：{settings.data_dir}", style="dim")
    _first_people(settings)
    try:
        run_loop(serve(settings, ready=lambda: _greet(settings, time.monotonic() - started)))
    except PortTaken as error:
        raise click.ClickException(
            f"端口 {settings.port} 用不了（{error}）。可能安班已经在运行；换一个端口：ANBAN_PORT=8889 make run"
        ) from error


def _first_people(settings: Settings) -> None:
    if settings.demo:
        from models import demo

        if in_transaction(demo.is_empty, write=False):
            with out.status("正在准备演示数据（约十秒，只做这一次）…"):
                in_transaction(demo.plant)
        left_out = demo.bring_along(settings.sandbox_url)
        if left_out:
            out.print(
                f"演示数据是旧版本留下的，或者被改动过，没有补上：{'、'.join(left_out)}。其余照常可用；"
                "想看全部，请停下后执行 make demo-reset 再启动（原来的数据会放到一边）。",
                style="yellow",
            )
        return
    _admin_if_missing()


def _admin_if_missing() -> None:
    from models.administration.accounts.first_admin import create_first_admin

    password = in_transaction(create_first_admin)
    if password:
        out.print(
            Panel(
                f"第一位管理员：账号 [b]admin[/b]，初始密码 [b]{password}[/b]\n只显示这一次，首次登录须修改，"
                "并设置动态口令（先在手机上装好身份验证器）。\n"
                "admin 开始时三员合一。人手够了，请新建系统管理员、安全保密管理员、安全审计员三个账号，\n"
                "再由安全保密管理员收回 admin 的“全权管理员”。",
                title="请记下",
                border_style="red",
            )
        )


def _greet(settings: Settings, seconds: float) -> None:
    out.print(f"\n[b]安班已启动[/b]（{seconds:.1f} 秒）")
    out.print(f"  管理后台  {settings.public_url}/console/")
    out.print(f"  手机端    {settings.public_url}/m/")
    out.print(f"  接口说明  {settings.public_url}/api/openapi.json")
    if settings.demo:
        from models import demo

        table = Table(title="演示账号（仅演示环境）", title_justify="left")
        for heading in ("谁", "账号", "密码", "先试什么"):
            table.add_column(heading, overflow="fold")
        for row in demo.demo_sign_ins():
            table.add_row(*row)
        out.print(table)
        out.print(f"  聊天沙箱  {settings.sandbox_url}/   三部手机并排：工人、班长、领导各拿一部", style="b")
    out.print("按 Ctrl+C 停止。", style="dim")
    sys.stdout.flush()


@main.command()
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--host", help="Address to listen on.")
def web(port: int | None, host: str | None) -> None:
    """One web process of several behind nginx; the schema must be there (`anban migrate`)."""
    given = {"port": port, "host": host}
    settings = Settings(relay=False, **{name: value for name, value in given.items() if value is not None})
    logs.set_up(settings.log_level)
    open_house(settings)
    _require_schema(settings)
    run_loop(
        serve(
            settings,
            ready=lambda: out.print(f"listening on {settings.host}:{settings.port}"),
            share_port=True,
        )
    )


def _require_schema(settings: Settings) -> None:
    """Ends the command where the schema is not there. A database that is away (it is starting, too) is waited for."""
    until = time.monotonic() + _DATABASE_FOR
    while True:
        try:
            in_transaction(lambda: database.execute_sql("SELECT 1").fetchone(), write=False)
            break
        except Unavailable as error:
            if time.monotonic() > until:
                raise click.ClickException(f"the database was away for {_DATABASE_FOR:.0f} s") from error
        time.sleep(0.5)
    require_known_schema()
    with database.connection_context():
        missing = [item.name for item in migrations().status() if item.applied is None]
    if missing:
        raise click.ClickException(f"the database lacks {len(missing)} migrations: run `anban migrate` first")
    require_key(settings)


@main.command()
def work() -> None:
    """All work behind the answers in one process, without Celery; any number may run."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    _require_schema(settings)
    run_loop(work_alone(settings))


@main.command()
@click.option("--concurrency", default=6, show_default=True, help="Processes; at least one per kind of work.")
def worker(concurrency: int) -> None:
    """A Celery worker: news, messages, replies, chains. Needs ANBAN_REDIS_URL; any number may run."""
    celery = _celery()
    _require_house()
    asked: list[bool] = []

    def note(**_: Any) -> None:
        asked.append(True)

    from celery.signals import worker_shutting_down

    worker_shutting_down.connect(note, weak=False)
    options = [f"--concurrency={concurrency}", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    with contextlib.suppress(SystemExit):
        celery.worker_main(["worker", *options])
    if not asked:
        _begin_again()


def _begin_again() -> None:
    """The worker ended by itself: kombu's Redis transport breaks when Redis goes away while it holds a task.

    The process becomes a new one of the same id, so that nothing of the broken one is left.
    """
    structlog.get_logger("worker").warning("worker_ended", again_in=_AGAIN_IN)
    time.sleep(_AGAIN_IN)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


@main.command()
def beat() -> None:
    """Celery's beat, which asks the workers to work; one is enough, two do no harm."""
    _celery().Beat(loglevel="WARNING", schedule=str(Settings().data_dir / "beat")).run()


def _celery() -> Any:
    if not Settings().redis_url:
        raise click.ClickException("Celery needs Redis: set ANBAN_REDIS_URL, or use `anban work` without it")
    from server.celery import app

    return app


def _require_house() -> None:
    settings = Settings()
    open_house(settings)
    try:
        _require_schema(settings)
    finally:
        close_database()


@main.command()
@click.option("--down-to", help="Go back until this migration is the newest (0: to nothing).")
def migrate(down_to: str | None) -> None:
    """Bring the database up to date (or back), and install standards and built-in roles."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    if down_to is not None:
        with database.connection_context():
            gone = _taken_back(down_to)
        out.print("\n".join(f"taken back {name}" for name in gone) or "nothing to take back")
        return
    applied = bring_up_to_date(settings)
    out.print("\n".join(f"applied {name}" for name in applied) or "already up to date")


def _taken_back(down_to: str) -> list[str]:
    runner = migrations()
    names = [item.name for item in runner.status() if item.applied]
    if down_to != "0" and down_to not in names:
        raise click.ClickException(
            f"no migration {down_to} was applied; the newest one is {names[-1:] or 'none'}"
        )
    later = names if down_to == "0" else names[names.index(down_to) + 1 :]
    return list(runner.down(later[0])) if later else []


@main.command()
def doctor() -> None:
    """Say what is wrong with this installation, and what to do; ends with 1 if something is."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    _require_schema(settings)
    from models.core.rulebook import files
    from models.core.views import kept_sums

    lines = [problem.line() for problem in in_transaction(files.problems, write=False)]
    lines += [
        f"汇总数 {name} 有 {words} 处与记录不符。请运行 anban recount 重新核对"
        for name, words in in_transaction(kept_sums.wrong_sums, write=False).items()
    ]
    for line in lines:
        out.print(f"[red]✗[/red] {line}", highlight=False)
    if lines:
        raise SystemExit(1)
    out.print("✓ 数据库可用，规则都读得懂，汇总数与记录相符")


@main.command()
def recount() -> None:
    """Hold all kept sums (of statistics) against the rows, and correct what is wrong."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    _require_schema(settings)
    from models.core.views import kept_sums

    wrong = {kept.name: in_transaction(kept_sums.recount, kept) for kept in kept_sums.all_kept()}
    for name, words in wrong.items():
        out.print(f"{name}：{f'改正 {words} 处' if words else '与记录相符'}", highlight=False)


@main.command("create-admin")
def create_admin() -> None:
    """Make the first administrator and print the password once."""
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    bring_up_to_date(settings)
    _admin_if_missing()


if __name__ == "__main__":
    main()
