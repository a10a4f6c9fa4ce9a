"""The channel of e-mail: one connection for a batch, one message for each person (L06)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from typing import Any

from bots.card import Card
from bots.delivery import outgoing
from bots.delivery.channels import ApiCall, CallResult, DeliveryPlan, in_company, no_address, parts, set_ups
from bots.delivery.retrying import busy, never, unreachable
from bots.email.writing import write
from models.messages.channels.records import EMAIL, Contact, MailServer
from models.messages.delivery.deliveries import Failure
from models.messages.records import Delivery, Sending

MOST = 50  # one connection is held for so many
_SECONDS = 20


class EmailChannel:
    """Hands mail to the unit's SMTP server."""

    way = EMAIL

    def plan(self, deliveries: Sequence[Delivery]) -> DeliveryPlan:
        """By server, `MOST` at a time; who has no address fails."""
        server_of = set_ups(MailServer, in_company(deliveries))
        people = [each.__data__["person"] for each in deliveries]
        mails = dict(Contact.select(Contact.person, Contact.email).where(Contact.person.in_(people)).tuples())
        by_server: dict[int, tuple[Any, dict[int, str]]] = {}
        failed: list[tuple[int, Failure]] = []
        for each in deliveries:
            server, mail = server_of(each.__data__["company"]), mails.get(each.__data__["person"])
            if not mail:
                failed.append((each.id, no_address("没有登记邮箱", "请在“联系与代理”里填写")))
            elif server is None:
                failed.append((each.id, no_address("没有可用的邮件服务器", "请在“通知渠道”里设置")))
            else:
                by_server.setdefault(server.id, (server, {}))[1][each.id] = mail
        calls = [
            ApiCall(self.way, server, part) for server, to in by_server.values() for part in parts(to, MOST)
        ]
        return DeliveryPlan(tuple(calls), tuple(failed))

    def wait(self, call: ApiCall) -> Mapping[int, float]:
        """SMTP servers say themselves when it is too much."""
        return {}

    def send(self, call: ApiCall, card: Card, sending: Sending, *, again: bool) -> CallResult:
        """One message each. A try repeated has the same Message-ID."""
        waiting = dict(call.to)
        failures: dict[int, Failure] = {}
        try:
            with _connected(call.via) as smtp:
                for key, address in call.to.items():
                    failure = _one(smtp, call.via.sender, address, card, f"delivery-{key}")
                    del waiting[key]
                    if failure is not None:
                        failures[key] = failure
        except outgoing.AddressRefused as refused:
            text = str(refused)
            return CallResult(dict.fromkeys(call.to, never("way_refused", text)), error=text)
        except (smtplib.SMTPException, OSError) as error:
            failure, fault = _whole(error)
            # The message in hand may have gone through: if it did, it comes twice under the same Message-ID.
            return CallResult({**failures, **dict.fromkeys(waiting, failure)}, sending.task_id, error=fault)
        return CallResult(failures, platform_id=sending.task_id)


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    tls = server.security == "tls"
    smtp = outgoing.smtp(server.host, server.port, tls=tls, context=context, seconds=_SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _one(smtp: smtplib.SMTP, sender: str, address: str, card: Card, key: str) -> Failure | None:
    try:
        smtp.send_message(write(card, sender=sender, to=address, key=key), to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        smtp.rset()
        if code < 500:
            return busy(code, f"邮箱暂时不收：{code} {_said(said)}")
        return never("receiver", f"邮箱不收：{code} {_said(said)}")
    except smtplib.SMTPDataError as error:
        if error.smtp_code < 500:
            return busy(error.smtp_code, f"服务器暂时不收：{error.smtp_code} {_said(error.smtp_error)}")
        return never("content", f"服务器拒收：{error.smtp_code} {_said(error.smtp_error)}")
    except (UnicodeError, ValueError, smtplib.SMTPNotSupportedError):
        # An address beyond ASCII, which few servers take, is that receiver's matter and not the others'.
        return never("receiver", "邮箱地址的格式不对，或者邮件服务器不支持")
    return None


def _whole(error: Exception) -> tuple[Failure, str]:
    """What a broken connection, or a server that doesn't let us in, means for all of the call."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        text = f"邮件服务器不认账号或密码（{error.smtp_code}）"
        return never("way_refused", text), text
    if isinstance(error, ssl.SSLError):
        text = "与邮件服务器的加密连接没有建立（证书或加密方式不对）"
        return never("way_refused", text), text
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        text = f"邮件服务器拒绝：{error.smtp_code} {_said(error.smtp_error)}"
        return never("way_refused", text), text
    if isinstance(error, smtplib.SMTPResponseException):
        text = f"邮件服务器暂时不收：{error.smtp_code} {_said(error.smtp_error)}"
        return busy(error.smtp_code, text), text
    if isinstance(error, smtplib.SMTPNotSupportedError):
        text = "邮件服务器不支持所选的加密方式"
        return never("way_refused", text), text
    text = "连不上邮件服务器"
    return unreachable(text), text


def _said(text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    # A server likes to repeat the address; it is nobody's business in a log.
    return " ".join(word for word in plain.split() if "@" not in word)[:120]
