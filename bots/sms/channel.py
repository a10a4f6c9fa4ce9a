"""The channel of text messages: one call for each phone, by the unit's provider (L06).

Numbers and texts are logged nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import requests
from urllib3.exceptions import NewConnectionError

from bots.card import Card
from bots.delivery import outgoing
from bots.delivery.channels import ApiCall, CallResult, DeliveryPlan, in_company, no_address, set_ups
from bots.delivery.retrying import never, unreachable
from bots.sms import aliyun, sandbox
from models.messages.channels.records import SMS, SmsProvider
from models.messages.delivery.deliveries import PLATFORM, Failure
from models.messages.records import Delivery, Sending
from models.organization.records import Person


class Provider(Protocol):
    """One provider's interface."""

    def __call__(
        self, provider: SmsProvider, phone: str, card: Card, *, key: str, nonce: str
    ) -> Failure | None:
        """Hand one message over; None when it was taken. Raises requests.RequestException, outgoing.Refused."""


DOUBTFUL = "第一次发送没有应答，重发时短信服务说收到过：发出没有，查不到"
PROVIDERS: Mapping[str, Provider] = {"aliyun": aliyun.send, "sandbox": sandbox.send}


class SmsChannel:
    """Sends text messages."""

    way = SMS

    def plan(self, deliveries: Sequence[Delivery]) -> DeliveryPlan:
        """One call for each person; who has no number fails."""
        provider_of = set_ups(SmsProvider, in_company(deliveries))
        people = [each.__data__["person"] for each in deliveries]
        phones = dict(Person.select(Person.id, Person.phone).where(Person.id.in_(people)).tuples())
        calls: list[ApiCall] = []
        failed: list[tuple[int, Failure]] = []
        for each in deliveries:
            provider, phone = provider_of(each.__data__["company"]), phones.get(each.__data__["person"])
            if not phone:
                failed.append((each.id, no_address("没有手机号", "请在“人员”里填写")))
            elif provider is None:
                failed.append((each.id, no_address("没有可用的短信服务", "请在“通知渠道”里设置")))
            else:
                calls.append(ApiCall(self.way, provider, {each.id: phone}))
        return DeliveryPlan(tuple(calls), tuple(failed))

    def wait(self, call: ApiCall) -> Mapping[int, float]:
        """The provider says itself when it is too much."""
        return {}

    def send(self, call: ApiCall, card: Card, sending: Sending, *, again: bool) -> CallResult:
        """One message. A try repeated has the same key, and Aliyun's nonce refuses it where it was heard; whether

        it was sent is not said by that.
        """
        ((key, phone),) = call.to.items()
        nonce = sending.task_id
        try:
            failure = PROVIDERS[call.via.provider](
                call.via, phone, card, key=sending.task_id[:128], nonce=nonce
            )
        except outgoing.AddressRefused as refused:
            text = str(refused)
            return CallResult({key: never("way_refused", text)}, error=text)
        except requests.RequestException as error:
            if not _may_have_arrived(error):
                text = "连不上短信服务"
                return CallResult({key: unreachable(text)}, error=text)
            text = f"短信服务没有应答（{type(error).__name__}）"
            return CallResult({key: unreachable(text)}, unknown=True, error=text)
        if failure is None:
            return CallResult(platform_id=sending.task_id)
        if again and failure.code == "repeated":
            return CallResult(platform_id=sending.task_id, doubtful=DOUBTFUL)
        lost = failure.code.startswith(PLATFORM)  # "busy" may have been said after it was taken
        return CallResult(
            {key: failure}, unknown=lost, error="" if failure.code == "receiver" else failure.reason
        )


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Whether the request may have come through all the same; then only the very same may be made again."""
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ):
        return False
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, NewConnectionError)
