"""What WeCom answers when it refuses: a number and a sentence, in an HTTP answer of 200."""

from __future__ import annotations

from typing import Any

#: The platform's numbers, with its meaning for each (the global table of error codes, where one was found).
MEANINGS = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40032: "invalid userid list size",
    40033: "invalid charset, should not contain \\uXXXX",
    40035: "invalid parameter",
    40039: "invalid url size",
    40058: "invalid Request Parameter",
    40123: "invalid image format",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41008: "code missing",
    41009: "userid missing",
    41010: "url missing",
    41011: "agentid missing",
    41016: "title missing",
    41033: "description missing",
    41102: "menu name missing",
    42001: "access_token expired",
    42014: "invalid task_id",
    42015: "agent does not match the agent of the message",
    42016: "card to update does not exist",
    42018: "invalid button key",
    42019: "button key missing",
    42020: "button name missing",
    42022: "code has been used",
    43001: "require GET method",
    43002: "require POST method",
    43012: "require agent with callback url",
    44001: "empty media data",
    44002: "empty post data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "api freq out of limit",
    45034: "url must have a scheme",
    46003: "menu no exist",
    46004: "user no exist",
    47001: "data format error",
    48002: "api forbidden",
    50001: "redirect_url is not registered",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    82001: "user & party & tag all empty",
    82002: "invalid party list size",
    82003: "invalid tag list size",
    84014: "user ticket expired",
    86001: "invalid chatid",
    86003: "chatid not found",
    86004: "invalid chat name",
    86005: "invalid chat owner",
    86006: "invalid chat member count",
    86008: "not the chat's creator",
    86201: "chatid missing",
    86207: "owner not in member list",
    86215: "chatid exists",
    86216: "invalid chat member",
    93000: "invalid webhook url",
    301002: "not allow operate another agent with this accesstoken",
}


class ApiRefused(Exception):
    """An answer with an `errcode`. `detail` says more; `extra` are further fields of the answer."""

    def __init__(self, errcode: int, detail: str = "", **extra: Any) -> None:
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.detail = detail
        self.extra = extra

    def as_json(self, hint: str = "") -> dict[str, Any]:
        """As the platform writes it."""
        text = MEANINGS.get(self.errcode, "error")
        words = ", ".join(filter(None, (text, self.detail, f"hint: [{hint}]" if hint else "")))
        return {"errcode": self.errcode, "errmsg": words, **self.extra}
