"""The channel of chat cards: a batch goes out by app, up to 1,000 people in one call (L01)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from bots import tools
from bots.card import Card
from bots.delivery import limits
from bots.delivery.channels import ApiCall, CallResult, DeliveryPlan, in_company, no_address, parts
from bots.delivery.retrying import busy, limited, never, unreachable
from bots.wecom.client import SendResult
from bots.wecom.drawing import message_of, text_of
from bots.wecom.guesses import guess
from bots.wecom.protocol.errors import WecomError
from models.core.db.bulk import select_in
from models.core.db.connection import in_transaction
from models.messages.channels.members import reached
from models.messages.channels.records import CARD, WecomApp
from models.messages.delivery.deliveries import Failure
from models.messages.records import Delivery, ResponseCode, Sending

MOST = 1000
USED_TASK_ID = 42014
#: Seconds in which WeCom takes the same card only once (its longest): longer than any chain of retries.
ONCE_WITHIN = 4 * 3600
DOUBTFUL = "第一次发送没有应答，重发时平台说编号用过（42014）：送到没有，查不到"
log = structlog.get_logger("wecom")


class CardChannel:
    """Template cards to people of WeCom."""

    way = CARD

    def plan(self, deliveries: Sequence[Delivery]) -> DeliveryPlan:
        """By the app that knows the person; who has no user id anywhere, or has left, fails."""
        people = {each.__data__["person"] for each in deliveries}
        members = _members(people, in_company(deliveries))
        by_app: dict[int, tuple[Any, dict[int, str]]] = {}
        failed: list[tuple[int, Failure]] = []
        for each in deliveries:
            member = members.get(each.__data__["person"])
            if member is None:
                failed.append(
                    (
                        each.id,
                        no_address(
                            "没有可用的企业微信账号", "请本人在企业微信里点开应用登录一次，或发绑定码"
                        ),
                    )
                )
            else:
                app, user_id = member
                by_app.setdefault(app.id, (app, {}))[1][each.id] = user_id
        calls = [ApiCall(self.way, app, part) for app, to in by_app.values() for part in parts(to, MOST)]
        return DeliveryPlan(tuple(calls), tuple(failed))

    def wait(self, call: ApiCall) -> Mapping[int, float]:
        """More than 30 a minute to one member would be dropped without a word, so the rest waits."""
        app, counts = call.via, tools.limits()
        corp = [(limits.api(app.corp_id, "message/send"), 1), (limits.ip(app.base_url), 1)]
        seconds = counts.take_all(corp)
        if seconds:
            return dict.fromkeys(call.to, seconds)
        scopes = [limits.member(app.corp_id, app.agent_id, user) for user in call.to.values()]
        waits = zip(call.to, counts.take_each(scopes, 2 if app.also_text else 1), strict=True)
        return {key: seconds for key, seconds in waits if seconds}

    def send(self, call: ApiCall, card: Card, sending: Sending, *, again: bool) -> CallResult:
        """One call for all. Repeated and refused because its task_id was used: who pressed on it has it, and of all

        others nobody knows whether the first try reached them.
        """
        app = call.via
        users = list({user.lower(): user for user in call.to.values()}.values())
        try:
            sent = _sent(app, card, users, sending.task_id)
        except WecomError as error:
            if again and error.code == USED_TASK_ID:
                pressed = in_transaction(was_pressed, sending.id, write=False)
                sure = pressed or not guess("used_task_id_tells_nothing")
                return CallResult(platform_id=sending.task_id, doubtful="" if sure else DOUBTFUL)
            nobody = error.kind == "receiver"
            if nobody:
                in_transaction(reached, app.id, users, dict.fromkeys(users, error.reason))
            failures = dict.fromkeys(call.to, failure_of(error))
            return CallResult(failures, unknown=error.uncertain, error="" if nobody else error.reason)
        away = {user.lower(): why for user, why in _away(sent)}
        in_transaction(
            reached, app.id, users, {user: away[user.lower()] for user in users if user.lower() in away}
        )
        failures = {
            key: never("receiver", away[user.lower()])
            for key, user in call.to.items()
            if user.lower() in away
        }
        fault = _text_too(app, card, users) if app.also_text else ""
        return CallResult(failures, sent.msgid or sending.task_id, sent.response_code, error=fault)


def was_pressed(sending_id: int) -> bool:
    """Whether somebody pressed on the card of a call: then it did arrive."""
    row = ResponseCode.select().where(ResponseCode.sending == sending_id, ResponseCode.user_id.is_null(False))
    return bool(row.exists())


def _away(sent: SendResult) -> Iterator[tuple[str, str]]:
    for user in sent.invalid:
        yield user, "不在应用的可见范围，或账号已停用"
    for user in sent.unlicensed:
        yield user, "没有企业微信的接口许可"


def _sent(app: Any, card: Card, users: Sequence[str], task_id: str) -> SendResult:
    """The card; as words where WeCom doesn't take this card, so that what must be known is known."""
    client = tools.wecom(app)
    try:
        return client.send(message_of(card, app, task_id), users, once=ONCE_WITHIN)
    except WecomError as error:
        if error.kind != "data" or error.code == USED_TASK_ID:
            raise
        log.error("card_refused", code=error.code, kind=card.kind)
        return client.send(text_of(card, app), users)


def _text_too(app: Any, card: Card, users: Sequence[str]) -> str:
    """The same in words, for who sees no cards; gives what went wrong. The platform drops a repeat."""
    try:
        tools.wecom(app).send(text_of(card, app), users)
    except WecomError as error:
        return error.reason
    return ""


def failure_of(error: WecomError) -> Failure:
    """What an error of WeCom means for what was to be sent."""
    code, reason = error.code, error.reason
    if error.kind == "wait":
        return limited(reason, 20.0)
    if code is None:
        return never("way_refused", reason) if error.kind == "setup" else unreachable(reason)
    if error.worth_a_try:
        return busy(code, reason)
    return never("receiver" if error.kind == "receiver" else code, reason)


def _members(people: set[int], companies: set[int]) -> dict[int, tuple[Any, str]]:
    """For each person the app and the user id to write to: of an app of the own unit before one of the group.

    Who was out of reach is tried again, as it may have been put right; who has left is not.
    """
    serving = WecomApp.company.is_null() | WecomApp.company.in_(companies | _above(companies))
    apps = {row.id: row for row in WecomApp.select().where(serving, WecomApp.enabled == True)}  # noqa: E712
    rows = [row for row in select_in(_MEMBERS, people) if row[1] in apps]
    chosen: dict[int, tuple[Any, str]] = {}
    for person, app, user_id, _ in sorted(
        rows, key=lambda row: (row[3] != "ok", apps[row[1]].company_id is None)
    ):
        chosen.setdefault(person, (apps[app], user_id))
    return chosen


# Rows as they are, as there are a thousand in a call and a record of each costs more than the call.
_MEMBERS = """
SELECT m.person_id, m.app_id, m.user_id, m.state FROM chat_member m JOIN person p ON p.id = m.person_id
WHERE m.person_id IN ({keys}) AND m.account_id = p.account_id AND m.state <> 'left' ORDER BY m.id"""


def _above(companies: set[int]) -> set[int]:
    """The nodes above companies: an app of the group serves those below it, too."""
    from models.organization.records import Company

    paths = Company.select(Company.path).where(Company.id.in_(companies))
    return {int(part) for row in paths for part in row.path.split("/") if part}
