"""A client of the platform's wire, written from its documents."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.support.chat_sandbox import ChatSandbox

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


class Answer(dict[str, Any]):
    """A JSON answer, with its HTTP `status`."""

    status = 200


class Rest:
    """Calls as an app makes them; `token` is fetched once."""

    def __init__(self, sandbox: ChatSandbox) -> None:
        self.sandbox, self.agent = sandbox, sandbox.agent
        self.renew()

    def renew(self) -> None:
        self.token = str(self.new_token()["access_token"])

    def new_token(self, secret: str | None = None, corp: str | None = None) -> Answer:
        given = {"corpid": self.sandbox.seed.corp_id if corp is None else corp}
        return self.get("gettoken", None, corpsecret=self.agent.secret if secret is None else secret, **given)

    def get(self, path: str, token: str | None = "", **query: Any) -> Answer:
        return self.ask(path, None, token, query)

    def post(self, path: str, body: Any, token: str | None = "", **query: Any) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.ask(path, data, token, query)

    def ask(
        self, path: str, data: bytes | None, token: str | None, query: dict[str, Any], kind: str = ""
    ) -> Answer:
        answer = Answer()
        answer.status, found = self.raw(path, data, token, query, kind)
        answer.update(json.loads(found))
        return answer

    def raw(
        self, path: str, data: bytes | None, token: str | None, query: dict[str, Any], kind: str = ""
    ) -> tuple[int, bytes]:
        if token is not None:
            query = {"access_token": token or self.token, **query}
        url = f"{self.sandbox.url}/cgi-bin/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, data, {"Content-Type": kind or "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as found:
                return found.status, found.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def upload(
        self, path: str, data: bytes, name: str = "a.bin", token: str | None = "", **query: Any
    ) -> Answer:
        edge = "edge0edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        return self.ask(path, body, token, query, f"multipart/form-data; boundary={edge}")

    def send(self, msgtype: str, content: Any, to: str = "wangjian", **more: Any) -> Answer:
        body = {"touser": to, "agentid": self.agent.agent_id, "msgtype": msgtype, msgtype: content, **more}
        return self.post("message/send", body)

    def say(self, text: str, to: str = "wangjian", **more: Any) -> Answer:
        return self.send("text", {"content": text}, to, **more)

    def card(self, card: dict[str, Any], to: str = "wangjian", **more: Any) -> Answer:
        return self.send("template_card", card, to, **more)

    def update(self, code: str, users: list[str] | None = None, **what: Any) -> Answer:
        body = {
            "agentid": self.agent.agent_id, "response_code": code, "userids": users or ["wangjian"], **what
        }  # fmt: skip
        return self.post("message/update_template_card", body)


def buttons(task: str, **more: Any) -> dict[str, Any]:
    """A card with two buttons."""
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "3号泵房触电"},
        "task_id": task,
        "button_list": [{"text": "收到", "key": "ack"}, {"text": "需要支援", "key": "help"}],
        **more,
    }
