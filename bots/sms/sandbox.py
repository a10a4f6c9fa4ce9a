"""The sandbox's phone as a provider of SMS: what the embedded default uses (L06, L07)."""

from __future__ import annotations

from bots.card import Card
from bots.delivery import outgoing
from bots.delivery.retrying import busy, never
from bots.sms.writing import text_of
from models.messages.channels import allowed_addresses
from models.messages.channels.records import SmsProvider
from models.messages.delivery.deliveries import Failure


def send(provider: SmsProvider, phone: str, card: Card, *, key: str, nonce: str) -> Failure | None:
    """Hand one message over; None when it was taken. Raises requests.RequestException, outgoing.Refused."""
    body = {"phone": phone, "sign": provider.sign_name or "安班", "text": text_of(card), "key": key}
    status, answer = outgoing.post(allowed_addresses.SMS, provider.base_url, "/sms/send", json=body)
    if status != 200:
        return busy(status, f"短信服务暂时不可用（{status}）")
    code = str(answer.get("code", ""))
    # It says REPEATED of a key alone that it has sent, so that a repeat comes once.
    if code in ("OK", "REPEATED"):
        return None
    return never("receiver", f"短信服务不收这条（{code}）")
