"""Apps, robots, SMS and mail servers: who sets them up, and at which addresses (I5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid
from models.core.ledger.changes import editing
from models.core.security.actor import Actor
from models.messages.channels.allowed_addresses import MAIL, SMS, WECOM, allowed, refusal
from models.messages.channels.ledgers import CHAT_GROUPS, MAIL_SERVERS, SMS_PROVIDERS, WECOM_APPS
from models.messages.channels.records import MailServer, SmsProvider, WecomApp
from tests.support.people_to_tell import Crowd

APP = {
    "name": "应用", "corp_id": "ww9", "agent_id": 9, "app_secret": "s", "callback_token": "t", "callback_key": "k",
    "base_url": "https://qyapi.weixin.qq.com",
}  # fmt: skip
SERVER = {
    "name": "邮件",
    "host": "smtp.exmail.qq.com",
    "port": 465,
    "security": "tls",
    "sender": "a@example.cn",
}
PROVIDER = {"name": "短信", "provider": "aliyun", "base_url": "https://dysmsapi.aliyuncs.com"}
GROUP = {"name": "群", "kind": "robot", "webhook_key": "k"}


def who(crowd: Crowd, role: str) -> Actor:
    """Somebody with a role in the unit."""
    made = Account.create(company=crowd.unit, login=f"{role}{Account.select().count()}", name=role)
    Assignment.create(account_id=made.id, role=builtin(role), company_id=crowd.unit.id)
    return actor_for_account(made, "console")


def make(actor: Actor, ledger: Any, values: dict[str, Any], company: Any = None) -> Any:
    """By the ledger's form."""
    return in_transaction(
        editing.create, actor, ledger, {**values, "company": str(company.id) if company else None}
    )


def test_only_administrators_hold_the_right_to_set_up() -> None:
    holders = {role.code for role in builtin_roles.builtin_roles() if "ways.set_up" in role.reach}
    assert holders == {
        builtin_roles.ADMINISTRATOR, builtin_roles.SYSTEM_ADMINISTRATOR, builtin_roles.COMPANY_ADMINISTRATOR,
    }  # fmt: skip


@pytest.mark.parametrize(
    "role", ["unit", "unit_member", "safety_officer", "reviewing_officer", "site_officer", "worker"]
)
@pytest.mark.parametrize(
    ("ledger", "values"),
    [(WECOM_APPS, APP), (MAIL_SERVERS, SERVER), (SMS_PROVIDERS, PROVIDER), (CHAT_GROUPS, GROUP)],
)
def test_officers_members_and_the_legal_person_set_up_nothing(
    crowd: Crowd, role: str, ledger: Any, values: dict[str, Any]
) -> None:
    before = ledger.record.select().count()
    with pytest.raises(Forbidden):
        make(who(crowd, role), ledger, values, crowd.unit)
    assert ledger.record.select().count() == before


def test_a_company_administrator_sets_up_the_companys_own_and_nothing_else(crowd: Crowd) -> None:
    head = who(crowd, "company_administrator")
    mine = make(head, WECOM_APPS, APP, crowd.unit)
    with pytest.raises(AnbanError):
        make(head, WECOM_APPS, {**APP, "agent_id": 10}, crowd.other)
    with pytest.raises(AnbanError):
        make(head, WECOM_APPS, {**APP, "agent_id": 11})  # the whole group's
    groups = crowd.wecom(None)
    with pytest.raises(AnbanError):
        in_transaction(editing.edit, head, WECOM_APPS, str(groups.id), groups.version, {"name": "我的"})
    with pytest.raises(AnbanError):
        in_transaction(editing.delete, head, WECOM_APPS, str(groups.id))
    assert WecomApp.get_by_id(groups.id).name == "安班"
    with pytest.raises(Invalid):  # in another corp the same user ids are other people
        in_transaction(editing.edit, head, WECOM_APPS, mine["id"], mine["version"], {"corp_id": "ww10"})


@pytest.mark.parametrize(
    ("ledger", "values", "field"),
    [
        (WECOM_APPS, {**APP, "base_url": "http://10.0.0.5:9000"}, "base_url"),
        (WECOM_APPS, {**APP, "base_url": "https://qyapi.weixin.qq.com@evil.example"}, "base_url"),
        (SMS_PROVIDERS, {**PROVIDER, "base_url": "http://169.254.169.254"}, "base_url"),
        (SMS_PROVIDERS, {**PROVIDER, "provider": "sandbox", "base_url": "http://127.0.0.1:8889"}, "base_url"),
        (MAIL_SERVERS, {**SERVER, "host": "127.0.0.1"}, "host"),
        (MAIL_SERVERS, {**SERVER, "host": "mail.evil.example"}, "host"),
    ],
)  # fmt: skip
def test_a_foreign_address_is_refused_with_what_to_do(
    crowd: Crowd, ledger: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make(who(crowd, "company_administrator"), ledger, values, crowd.unit)
    assert "ANBAN_OUTSIDE_HOSTS" in refused.value.fields[field]


def test_nor_is_a_good_one_changed_into_it(crowd: Crowd) -> None:
    head = who(crowd, "company_administrator")
    for ledger, values, bad in (
        (WECOM_APPS, APP, {"base_url": "http://127.0.0.1:1"}),
        (MAIL_SERVERS, SERVER, {"host": "10.1.1.1"}),
        (SMS_PROVIDERS, PROVIDER, {"base_url": "http://10.1.1.1"}),
    ):
        made = make(head, ledger, values, crowd.unit)
        with pytest.raises(Invalid):
            in_transaction(editing.edit, head, ledger, made["id"], made["version"], bad)
        in_transaction(editing.edit, head, ledger, made["id"], made["version"], {"name": "改名"})
    assert MailServer.get().host == "smtp.exmail.qq.com"
    assert SmsProvider.get().base_url == "https://dysmsapi.aliyuncs.com"


def test_set_up_asks_again_who_it_is_after_a_while(crowd: Crowd, clock: Any) -> None:
    head = who(crowd, "company_administrator")
    session = Session.create(
        token_hash="t", account_id=head.account_id, door="console", expires_at=clock() + timedelta(hours=12), created_at=clock()
    )  # fmt: skip
    asked = replace(head, session_id=session.id)
    assert make(asked, MAIL_SERVERS, SERVER, crowd.unit)
    clock.forward(hours=2)
    with pytest.raises(Forbidden) as refused:
        make(asked, WECOM_APPS, APP, crowd.unit)
    assert refused.value.code == "proof_required"


def test_a_refusal_names_the_host_where_there_is_one() -> None:
    named, unnamed = refusal(MAIL, "mail.evil.example"), refusal(MAIL)
    assert named.startswith("“mail.evil.example”不是常用邮箱的地址")
    assert unnamed.startswith("这个地址不是常用邮箱的地址")


@pytest.mark.parametrize(
    ("kind", "address", "leads"),
    [
        (WECOM, "https://qyapi.weixin.qq.com", ("qyapi.weixin.qq.com", 443, False)),
        (WECOM, "https://QYAPI.weixin.qq.com:443/", ("qyapi.weixin.qq.com", 443, False)),
        (WECOM, "http://qyapi.weixin.qq.com", None),
        (WECOM, "https://qyapi.weixin.qq.com:8443", None),
        (WECOM, "http://qyapi.weixin.qq.com:443", None),
        (WECOM, "https://smtp.exmail.qq.com", None),
        (MAIL, "smtp.exmail.qq.com:465", ("smtp.exmail.qq.com", 465, False)),
        (MAIL, "smtp.exmail.qq.com:25", ("smtp.exmail.qq.com", 25, False)),
        (MAIL, "smtp.exmail.qq.com", None),
        (MAIL, "smtp.exmail.qq.com:", None),
        (MAIL, "smtp exmail:465", None),
        (MAIL, "qyapi.weixin.qq.com:465", None),
        (MAIL, "smtp.exmail.qq.com:0", None),
        (MAIL, "smtp.exmail.qq.com:1", ("smtp.exmail.qq.com", 1, False)),
        (MAIL, "smtp.exmail.qq.com:65535", ("smtp.exmail.qq.com", 65535, False)),
        (MAIL, "smtp.exmail.qq.com:65536", None),
        (WECOM, "http://proxy.house", ("proxy.house", 80, True)),
        (WECOM, "https://proxy.house", ("proxy.house", 443, True)),
        (SMS, "http://PROXY.house:9/api", ("proxy.house", 9, True)),
        (MAIL, "one.house:25", ("one.house", 25, True)),
        (MAIL, "one.house:26", None),
        ("fax", "https://qyapi.weixin.qq.com", None),
    ],
)
def test_where_an_address_leads(kind: str, address: str, leads: tuple[str, int, bool] | None) -> None:
    """To the platforms by their own scheme and port, and to what the server's settings name, by any."""
    before = config()
    configure(replace(before, outside_hosts=("Proxy.house", " one.house:25")))
    try:
        found = allowed(kind, address)
    finally:
        configure(before)
    assert (None if found is None else (found.host, found.port, found.named)) == leads
