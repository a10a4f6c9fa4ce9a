"""One HTTP call to WeCom: bounded in time and size, judged by errcode alone, and no secret in what it raises."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests

from bots.delivery import outgoing
from bots.delivery.outgoing import TIMEOUT
from bots.wecom.protocol.errors import WecomError, of_code
from models.messages.channels import allowed_addresses

OFFICIAL = "qyapi.weixin.qq.com"

# At DEBUG it names whole addresses, and in ours are tokens, secrets and robots' keys.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@dataclass(frozen=True)
class File:
    """A file in memory. `name` is ASCII wherever it goes out: WeCom reads no other in an upload."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


def ascii_name(name: str, fallback: str = "file") -> str:
    """`name` with its ending kept and everything that isn't ASCII left out (reference §1.4-2)."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""

    def plain(text: str) -> str:
        return "".join(sign for sign in text if sign.isascii() and (sign.isalnum() or sign in "-_"))

    return f"{plain(stem)[:60] or fallback}{'.' if plain(ending) else ''}{plain(ending)[:10]}"


class WecomConnections:
    """The connections to one base address, for any number of threads."""

    def __init__(self, base_url: str, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        # Where it may not lead, nothing is asked (`_call`).
        place = allowed_addresses.allowed(
            allowed_addresses.WECOM, self.base_url
        ) or allowed_addresses.AllowedHost("", 0, False)
        self.session = outgoing.OutgoingSession(place)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        files: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Call `/cgi-bin/<path>` and give its JSON object. `data` as a mapping goes out as JSON in UTF-8.

        Raises WecomError for everything but errcode 0.
        """
        answer, body = self._call(method, path, params, data, files)
        return self._judge(answer, body)

    def fetch(self, path: str, *, params: Mapping[str, Any]) -> File:
        """Download a file. Raises WecomError where the answer is none."""
        answer, body = self._call("get", path, params, None, None)
        mime = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if body[:1] == b"{" and b'"errcode"' in body[:200]:  # whatever type it says it has
            self._judge(answer, body)
        elif answer.status_code != 200:
            raise _of_status(answer.status_code)
        disposition = answer.headers.get("Content-Disposition", "")
        name = disposition.partition("filename=")[2].strip('"; ')
        return File(ascii_name(name), body, mime or "application/octet-stream")

    def _call(self, method: str, path: str, params: Any, data: Any, files: Any) -> tuple[Any, bytes]:
        if isinstance(data, Mapping):
            # No \uXXXX: WeCom may refuse them with 40033.
            data = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
        error: WecomError
        try:
            outgoing.place_of(allowed_addresses.WECOM, self.base_url)
            answer = self.session.request(
                method, f"{self.base_url}/cgi-bin/{path}", params=params, data=data, files=files,
                timeout=self._timeout, allow_redirects=False, stream=True,
            )  # fmt: skip
            return answer, outgoing.read(answer)
        except outgoing.AddressRefused as refused:
            error = WecomError(None, str(refused), "setup")
        except outgoing.AnswerTooLarge:
            error = WecomError(45001, "the answer is too large", "data")
        except (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError):
            error = WecomError(None, "连不上企业微信的接口地址", "retry")
        except requests.Timeout:
            error = WecomError(None, "企业微信没有在时限内回答", "retry", uncertain=True)
        except requests.ConnectionError as broken:
            never = "NewConnectionError" in repr(broken) or "NameResolutionError" in repr(broken)
            text = "连不上企业微信的接口地址" if never else "与企业微信的连接中断了"
            error = WecomError(None, text, "retry", uncertain=not never)
        except requests.RequestException as broken:
            error = WecomError(None, f"调用企业微信失败：{type(broken).__name__}", "retry", uncertain=True)
        # Raised out here, so that no traceback carries the address with its secrets.
        raise error

    @staticmethod
    def _judge(answer: Any, body: bytes) -> dict[str, Any]:
        try:
            said = json.loads(body.decode("utf-8", "replace"), strict=False)
            code = int(said.get("errcode") or 0)
        except (ValueError, TypeError, AttributeError):
            if answer.status_code != 200:
                raise _of_status(answer.status_code) from None
            raise WecomError(None, "企业微信的回答看不懂", "retry", uncertain=True) from None
        if code:
            raise of_code(code, str(said.get("errmsg") or ""))
        if answer.status_code != 200:
            raise _of_status(answer.status_code)
        return said


@lru_cache(maxsize=32)
def wire_of(base_url: str) -> WecomConnections:
    """The one for `base_url`, whose open connections all of this process share."""
    return WecomConnections(base_url)


def _of_status(status: int) -> WecomError:
    if status == 429:
        return WecomError(None, "企业微信说调用太频繁（HTTP 429）", "wait")
    if status >= 500:
        return WecomError(None, f"企业微信的服务出错（HTTP {status}）", "retry", uncertain=True)
    return WecomError(None, f"接口地址不对（HTTP {status}），请核对应用的接口地址", "setup")
