"""`anban accounts`: what whoever holds the server may do when nobody gets in any more."""

from __future__ import annotations

import click
from rich.console import Console

from models.administration.accounts.accounts import unlock_account
from models.administration.accounts.actors import system_actor
from models.administration.passwords.password_changes import reset_password
from models.administration.records import Account
from models.administration.second_factor.reset import take_away
from models.administration.sign_in import throttling
from models.administration.sign_in.sign_in import normal_login
from models.core.db.connection import close_database, in_transaction
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from server import logs
from server.settings import Settings
from server.starting import open_house
from server.unusable import require_key

BY = "服务器命令行"
out = Console()


@click.group()
def accounts() -> None:
    """Unlock an account, reset its password or its second factor, on the server itself. For `admin` too."""


@accounts.command()
@click.argument("login")
def unlock(login: str) -> None:
    """Take the waits after wrong passwords away, wherever they were typed."""
    _open()
    try:
        name = in_transaction(_unlock, login)
    finally:
        close_database()
    out.print(f"“{name}”（{normal_login(login)}）现在可以登录。", markup=False)


@accounts.command()
@click.argument("login")
def reset(login: str) -> None:
    """Give a new random password, printed once; all sessions of the account end."""
    _open()
    try:
        name, password = in_transaction(_reset, login)
    finally:
        close_database()
    out.print(f"“{name}”（{normal_login(login)}）的新密码：{password}", markup=False)
    out.print("只显示这一次，登录后须修改。已登录的手机和电脑都已退出。", markup=False)


@accounts.command("reset-second-factor")
@click.argument("login")
def reset_second_factor(login: str) -> None:
    """Take the second factor of LOGIN away; a new one is set up at the next sign-in. All sessions of the account end."""
    _open()
    try:
        name = in_transaction(_take_second_factor, login)
    except AnbanError as error:
        raise click.ClickException(error.message) from error
    finally:
        close_database()
    out.print(f"已重置“{name}”（{normal_login(login)}）的动态口令，下次登录重新设置。", markup=False)


def _take_second_factor(login: str) -> str:
    return str(take_away(_by(), _account(login)).name)


def _open() -> None:
    settings = Settings()
    logs.set_up(settings.log_level)
    open_house(settings)
    require_key(settings)


def _unlock(login: str) -> str:
    account = _account(login)
    unlock_account(_by(), account)
    return str(account.name)


def _reset(login: str) -> tuple[str, str]:
    account = _account(login)
    password = reset_password(_by(), account)
    throttling.clear(account.login)
    return str(account.name), password


def _by() -> Actor:
    return system_actor(BY)


def _account(login: str) -> Account:
    account: Account | None = Account.get_or_none(Account.login == normal_login(login))
    if account is None:
        raise click.ClickException(f"没有账号 {normal_login(login)}，请核对后再试。")
    return account
