"""Text messages by Aliyun: signed as its documents say, and what its answers mean (L06)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_plus

import pytest

from bots.delivery import outgoing
from bots.sms import aliyun
from models.messages.channels.records import SMS, SmsProvider
from models.messages.records import Delivery
from tests.bots.flow.conftest import Works

# The two worked examples of the provider's documents: the signature of the RPC interface, and SendSms itself.
REGIONS = {
    "AccessKeyId": "testid", "Action": "DescribeRegions", "Format": "XML", "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "SignatureVersion": "1.0",
    "Timestamp": "2016-02-23T12:46:24Z", "Version": "2014-05-26",
}  # fmt: skip
SEND_SMS = {
    "AccessKeyId": "testId", "Action": "SendSms", "Format": "XML", "OutId": "123", "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou", "SignName": "阿里云短信测试专用", "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466", "SignatureVersion": "1.0",
    "TemplateCode": "SMS_71390007", "TemplateParam": '{"customer":"test"}', "Timestamp": "2017-07-12T02:42:19Z",
    "Version": "2017-05-25",
}  # fmt: skip
SECRET = "s-e-c-r-e-t"
PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


@pytest.mark.parametrize(
    ("parameters", "secret", "signature"),
    [
        (REGIONS, "testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        (SEND_SMS, "testSecret", "zJDF+Lrzhj/ThnlvIToysFRq6t4="),
    ],
)
def test_the_published_examples(parameters: dict[str, str], secret: str, signature: str) -> None:
    assert aliyun.signature(parameters, secret, method="GET") == signature


def percent(text: str) -> str:
    """The documented rule, byte by byte."""
    return "".join(chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in text.encode())


class Provider(ThreadingHTTPServer):
    """A provider that checks what it is sent; `answers` are given in turn, the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, str]] = []
        self.answers: list[Any] = [{"Code": "OK", "Message": "OK", "BizId": "1"}]
        self.nonces: set[str] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def decide(self, form: dict[str, str]) -> Any:
        """What it says to a request."""
        given = form.pop("Signature", "")
        pairs = "&".join(f"{percent(name)}={percent(form[name])}" for name in sorted(form))
        mac = hmac.new(f"{SECRET}&".encode(), f"POST&%2F&{percent(pairs)}".encode(), hashlib.sha1)
        if given != base64.b64encode(mac.digest()).decode():
            return {"Code": "SignatureDoesNotMatch", "Message": "Specified signature is not matched"}
        if form["SignatureNonce"] in self.nonces:
            return {"Code": "SignatureNonceUsed", "Message": "Specified signature nonce was used already."}
        self.nonces.add(form["SignatureNonce"])
        self.requests.append(form)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(tuple(map(unquote_plus, pair.partition("=")[::2])) for pair in body.split("&"))
        said = self.server.decide(form)
        if said == "hang up":
            self.close_connection = True
            self.connection.close()
            return
        if said == "slow":
            time.sleep(1.5)
            said = {"Code": "OK"}
        status, content = said if isinstance(said, tuple) else (200, json.dumps(said))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: Any) -> None:
        """Not into ours: the test looks there."""


@pytest.fixture
def provider(works: Works) -> Iterator[Provider]:
    """Aliyun of the unit, instead of the sandbox's phone."""
    SmsProvider.update(enabled=False).execute()
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        SmsProvider.create(
            company=works.crowd.unit, name="阿里云", provider="aliyun", base_url=server.url, access_key="LTAI-k",
            access_secret=SECRET, sign_name="安班（测试）", template_code="SMS_1",
        )  # fmt: skip
        yield server
        server.shutdown()
        thread.join(10)


def health() -> str:
    """The provider's last error."""
    return str(SmsProvider.get(SmsProvider.provider == "aliyun").last_error or "")


def reasons() -> set[str]:
    """Why deliveries did not go out."""
    return {row.reason for row in Delivery.select().where(Delivery.way == SMS) if row.reason}


def test_each_gets_a_signed_message_of_the_template(works: Works, provider: Provider) -> None:
    works.tell(SMS, title="停电 & 检修 100% ~*+ “今晚”")
    works.work()
    assert works.states(SMS) == ["accepted"] * 3
    assert {form["PhoneNumbers"] for form in provider.requests} == {person.phone for person in works.people}
    (form, *_) = provider.requests
    assert (form["SignName"], form["TemplateCode"], form["Action"]) == ("安班（测试）", "SMS_1", "SendSms")
    given = json.loads(form["TemplateParam"])
    assert given["title"].startswith("停电 & 检修 100% ~*+ “今晚”")
    assert all(0 < len(value) <= 35 for value in given.values()), "what a template's variable takes"
    assert len({form["SignatureNonce"] for form in provider.requests}) == 3


@pytest.mark.parametrize(
    ("code", "message", "state", "error"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", "13900000001 invalid mobile number", "failed", "receiver"),
        ("isv.AMOUNT_NOT_ENOUGH", "账户余额不足", "failed", "way_refused"),
        ("isv.OUT_OF_SERVICE", "业务停机", "failed", "way_refused"),
        ("isp.RAM_PERMISSION_DENY", "RAM权限DENY", "failed", "way_refused"),
        ("SignatureDoesNotMatch", "Specified signature is not matched", "failed", "way_refused"),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10", "failed", "limit"),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", "queued", "limited"),
        ("isp.SYSTEM_ERROR", "系统错误", "queued", "platform.isp.SYSTEM_ERROR"),
        ("Throttling.User", "Request was denied", "queued", "platform.Throttling.User"),
    ],
)
def test_what_the_provider_says_decides_what_becomes_of_it(
    works: Works, provider: Provider, code: str, message: str, state: str, error: str
) -> None:
    provider.answers = [{"Code": code, "Message": message}]
    works.tell(SMS)
    works.work()
    assert set(works.states(SMS)) == {state}
    row = Delivery.get(Delivery.way == SMS)
    assert row.error_code == error
    assert code in row.reason
    assert "13900000001" not in row.reason, "the number is nobody's business"
    assert (health() == "") == (error == "receiver"), "one bad number is no fault of the provider"


@pytest.mark.parametrize("trouble", [(502, "<html>bad gateway</html>"), (200, "no json"), (200, "[]")])
def test_an_answer_that_is_none_is_tried_again(
    works: Works, provider: Provider, clock: Any, trouble: Any
) -> None:
    provider.answers = [trouble] * 3 + [{"Code": "OK"}]
    works.tell(SMS)
    works.work()
    assert set(works.states(SMS)) == {"queued"}
    clock.forward(minutes=5)
    works.work()
    assert set(works.states(SMS)) == {"suspected"}


def test_an_answer_that_was_lost_brings_no_second_message(
    works: Works, provider: Provider, clock: Any
) -> None:
    """The provider heard it and the connection broke: the same request again is refused by its nonce. Whether it was sent
    is not said by that, so nobody claims it.
    """
    provider.answers = ["hang up"] * 3 + [{"Code": "OK"}]
    works.tell(SMS)
    works.work()
    assert set(works.states(SMS)) == {"queued"}
    clock.forward(minutes=10)
    works.work()
    assert set(works.states(SMS)) == {"suspected"}
    assert len(provider.requests) == 3, "each taken once"
    assert {row.error_code for row in Delivery.select().where(Delivery.way == SMS)} == {"doubtful"}


def test_a_provider_that_does_not_answer_in_time_is_asked_the_very_same_again(
    works: Works, provider: Provider, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", (1, 0.3))
    provider.answers = ["slow"] * 3 + [{"Code": "OK"}]
    works.tell(SMS)
    works.work()
    assert set(works.states(SMS)) == {"queued"}
    clock.forward(minutes=10)
    works.work()
    assert (set(works.states(SMS)), len(provider.requests)) == ({"suspected"}, 3)


def test_a_provider_that_is_away_stands_at_its_record(works: Works, provider: Provider) -> None:
    SmsProvider.update(base_url="http://127.0.0.1:9").where(SmsProvider.provider == "aliyun").execute()
    works.tell(SMS)
    works.work()
    assert set(works.states(SMS)) == {"queued"}
    assert health() == "连不上短信服务"


def test_no_number_text_or_key_is_logged(
    works: Works, provider: Provider, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "peewee")  # as server.logs has it
    provider.answers = [{"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": f"{works.people[0].phone}非法"}, "hang up",
                        {"Code": "OK"}]  # fmt: skip
    works.tell(SMS, title="泵房触电")
    works.work()
    said = caplog.text + "".join(capsys.readouterr()) + " ".join(reasons()) + health()
    for secret in (*(person.phone for person in works.people), "泵房触电", SECRET, "LTAI-k"):
        assert secret not in said
