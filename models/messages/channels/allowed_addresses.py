"""Where requests of ours may go: the known platforms, and what the server's own settings name (I5).

Nobody who types into a form decides it. What is typed is checked when it is saved, by `check`, and again before each
request, by `allowed`: rows from before this rule, or of a setting that was taken back, send nothing and say why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.core.config import config
from models.core.errors import Invalid

WECOM, SIGN_ON, SMS, MAIL = "wecom", "sign_on", "sms", "mail"
SETTING = "ANBAN_OUTSIDE_HOSTS"
_TITLES = {WECOM: "企业微信", SIGN_ON: "企业微信", SMS: "阿里云短信", MAIL: "常用邮箱"}
# An address in plain ASCII without a user, a query or a way back up: nothing that two readers could read differently.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9_~-]+)*)/?",
    re.ASCII,
)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True)
class AllowedHost:
    """A host and port; `named` by the server's settings, and so allowed to be inside of the house."""

    host: str
    port: int
    named: bool


@lru_cache(maxsize=1)
def platforms() -> Mapping[str, frozenset[str]]:
    """The hosts of the known platforms, by kind (`data/platforms.json`)."""
    kept = json.loads(Path(__file__).with_name("data").joinpath("platforms.json").read_text("utf-8"))
    return {kind: frozenset(hosts) for kind, hosts in kept.items()}


def allowed(kind: str, address: str) -> AllowedHost | None:
    """Where `address` (a base address; of MAIL `host:port`) leads, or None if no request of ours may go there.

    `kind` is WECOM, SIGN_ON, SMS or MAIL.
    """
    if kind == MAIL:
        host, _, digits = address.rpartition(":")
        scheme = "smtp"
        if not _HOST.fullmatch(host) or not re.fullmatch(r"[0-9]{1,5}", digits):
            return None
        port = int(digits)
    else:
        read = _ADDRESS.fullmatch(address)
        if read is None:
            return None
        scheme, host = read["scheme"], read["host"]
        port = int(read["port"] or (443 if scheme == "https" else 80))
    host = host.lower()
    if not 0 < port < 65536:
        return None
    if _is_named(host, port):
        return AllowedHost(host, port, True)
    known = host in platforms().get(kind, ())
    if not known or (kind != MAIL and (scheme, port) != ("https", 443)):
        return None
    return AllowedHost(host, port, False)


def _is_named(host: str, port: int) -> bool:
    named = {each.strip().lower() for each in config().outside_hosts}
    return host in named or f"{host}:{port}" in named


def refusal(kind: str, host: str = "") -> str:
    """Why no request goes there, and what to do: for a form, and for the last error of a row."""
    what = f"“{host[:80]}”" if host else "这个地址"
    return (
        f"{what}不是{_TITLES[kind]}的地址，系统不向它发送。请改回平台的官方地址；"
        f"自建的服务，请系统管理员写进服务器设置 {SETTING}"
    )


def check(kind: str, address: str, *, field: str, shown: str = "") -> None:
    """Raise Invalid at `field` for an address that no request of ours may go to."""
    if allowed(kind, address) is None:
        raise Invalid("地址不能用", fields={field: refusal(kind, shown or address)})
