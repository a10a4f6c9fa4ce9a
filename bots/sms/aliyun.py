"""Aliyun's SendSms: the signature of its RPC interface, as its public documents say (L06).

Every parameter is percent-encoded (RFC 3986), the pairs sorted by name; `POST&%2F&<encoded query>` is signed with
HMAC-SHA1 under the secret and "&", and the signature is one more parameter.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from bots.card import Card
from bots.delivery import outgoing
from bots.delivery.retrying import busy, limited, never
from bots.sms.writing import parameters_of
from models.core import clock
from models.messages.channels import allowed_addresses
from models.messages.channels.records import SmsProvider
from models.messages.delivery.deliveries import Failure

_RECEIVER = {"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.MOBILE_COUNT_OVER_LIMIT"}
_RIGHTS = {"isp.RAM_PERMISSION_DENY"}  # named like a fault of theirs, and one of the set-up
_NUMBER = re.compile(r"\d{7,}")
_A_MINUTE = 61.0  # seconds
_TOO_OFTEN = {"isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"}


def encoded(text: str) -> str:
    """Percent-encoding as the signature wants it: only letters, digits and `-_.~` stay."""
    return quote(text, safe="-_.~")


def signature(parameters: Mapping[str, str], secret: str, *, method: str = "POST") -> str:
    """The signature of a request, base64."""
    query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters.items()))
    signed = f"{method}&{encoded('/')}&{encoded(query)}"
    mac = hmac.new(f"{secret}&".encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def parameters(provider: SmsProvider, phone: str, card: Card, *, key: str, nonce: str) -> dict[str, str]:
    """The signed parameters of one SendSms. `key` is ours (OutId): it stands in the provider's reports."""
    values = {
        "AccessKeyId": provider.access_key or "",
        "Action": "SendSms",
        "Format": "JSON",
        "OutId": key,
        "PhoneNumbers": phone,
        "SignName": provider.sign_name or "",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": nonce,
        "SignatureVersion": "1.0",
        "TemplateCode": provider.template_code or "",
        "TemplateParam": orjson.dumps(parameters_of(card)).decode(),
        "Timestamp": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "Version": "2017-05-25",
    }
    return {**values, "Signature": signature(values, provider.access_secret or "")}


def send(provider: SmsProvider, phone: str, card: Card, *, key: str, nonce: str) -> Failure | None:
    """Hand one message over; None when the provider took it. Raises requests.RequestException, outgoing.Refused."""
    if not (provider.access_key and provider.access_secret and provider.sign_name and provider.template_code):
        return never("way_refused", "短信服务没有设置完整（AccessKey、签名、模板编号）")
    form = parameters(provider, phone, card, key=key, nonce=nonce)
    status, answer = outgoing.post(allowed_addresses.SMS, provider.base_url, "/", data=form)
    return said(answer, status)


def said(answer: Mapping[str, Any], status: int = 200) -> Failure | None:
    """What the provider's answer means; None when it took the message."""
    code = str(answer.get("Code", ""))
    if code == "OK":
        return None
    # They like to repeat the number; it is nobody's business in a reason.
    message = _NUMBER.sub("…", str(answer.get("Message", "")))
    reason = f"短信服务商：{code or status} {message[:120]}".strip()
    if code == "SignatureNonceUsed":  # the very same request reached them before
        return never("repeated", reason)
    if code in _RECEIVER:
        return never("receiver", reason)
    if code in _TOO_OFTEN:
        return limited(reason, _A_MINUTE) if "分钟" in message else never("limit", reason)
    if code in _RIGHTS:
        return never("way_refused", reason)
    if not code or code.startswith(("isp.", "Throttling", "ServiceUnavailable")) or "SYSTEM_ERROR" in code:
        return busy(code or status, reason)
    return never("way_refused", reason)
