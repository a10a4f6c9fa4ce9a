"""The sandbox's phone as a provider of SMS: what the embedded default uses (L06, L07)."""

from __future__ import annotations

import requests

from bots.card import Card
from bots.retrying import busy, never
from bots.sms.writing import text_of
from models.messages.deliveries import Failure
from models.messages.ways import SmsProvider

_TIMES_OUT = (3.05, 8)


def send(provider: SmsProvider, phone: str, card: Card, *, key: str, nonce: str) -> Failure | None:
    """Hand one message over; None when it was taken. Raises requests.RequestException."""
    body = {"phone": phone, "sign": provider.sign_name or "安班", "text": text_of(card), "key": key}
    answer = requests.post(f"{provider.base_url.rstrip('/')}/sms/send", json=body, timeout=_TIMES_OUT)
    if answer.status_code != 200:
        return busy(answer.status_code, f"短信服务暂时不可用（{answer.status_code}）")
    code = answer.json()["code"]
    if code == "OK":
        return None
    # As Aliyun: what is repeated under the same key is refused, so that it comes once.
    return never("repeated" if code == "REPEATED" else "receiver", f"短信服务不收这条（{code}）")
