"""What WeCom says no with, sorted by what helps (reference §1.5)."""

from __future__ import annotations

from typing import Literal

Kind = Literal["retry", "wait", "token", "setup", "receiver", "media", "data"]

#: Why, in the user's language, and what to do. What isn't listed shows the platform's own words.
_KNOWN: dict[int, tuple[Kind, str]] = {
    -1: ("retry", "企业微信系统繁忙，稍后会自动再试"),
    45033: ("retry", "接口并发太多，稍后会自动再试"),
    45009: ("wait", "调用太频繁，被企业微信限制，稍后会自动再试"),
    40001: ("token", "应用密钥（secret）不对，或凭证已失效，请核对应用密钥"),
    40014: ("token", "调用凭证无效，请核对应用密钥"),
    42001: ("token", "调用凭证已过期，重新获取后仍不被接受，请核对应用密钥"),
    40013: ("setup", "企业 ID（corpid）不对，请到企业微信后台“我的企业”核对"),
    40056: ("setup", "应用编号（agentid）不对，请到企业微信后台核对"),
    48002: ("setup", "应用没有这个接口的权限，请管理员在企业微信后台开通"),
    50001: ("setup", "回调域名没有登记，请在企业微信后台设置网页授权可信域名"),
    50002: ("setup", "接收人不在应用的可见范围内，请管理员扩大应用的可见范围"),
    50003: ("setup", "应用已停用，请在企业微信后台启用"),
    60011: ("setup", "应用没有权限管理这些人员或部门，请管理员扩大应用的可见范围"),
    60020: ("setup", "服务器的 IP 不在应用的可信 IP 里，请在企业微信后台“企业可信 IP”中加上"),
    301002: ("setup", "应用没有权限操作这个应用编号，请核对密钥与应用编号是否属于同一个应用"),
    93000: ("setup", "群机器人的地址无效，机器人可能已被移出群，请重新添加并更新 key"),
    40003: ("receiver", "接收人的企业微信账号不存在"),
    60111: ("receiver", "接收人的企业微信账号不存在"),
    81013: ("receiver", "接收人都收不到：不在应用的可见范围，或账号已停用、离职"),
    86001: ("receiver", "群聊不存在，可能已经解散"),
    86003: ("receiver", "群聊不可用，请检查群成员"),
    86008: ("receiver", "群聊不是这个应用创建的，不能往里发消息"),
    40007: ("media", "图片或文件已过期（企业微信只保存 3 天），需要重新上传"),
    40008: ("data", "消息类型不对"),
    40029: ("data", "登录码已用过或已过期，请重新打开页面"),
    40033: ("data", "消息里有平台不接受的字符"),
    40058: ("data", "消息参数不符合平台要求"),
    42014: ("data", "卡片的任务编号为空、重复或过长"),
    44001: ("data", "文件是空的"),
    44004: ("data", "消息内容是空的"),
    45001: ("data", "文件太大，超出平台限制"),
    45002: ("data", "消息太长，超出平台限制"),
    82001: ("data", "没有指定接收人"),
    82002: ("data", "接收部门太多，超出平台限制"),
    82003: ("data", "接收标签太多，超出平台限制"),
}
#: A fresh token may help, once.
TOKEN_CODES = frozenset({40001, 40014, 42001})
WORTH_A_TRY: frozenset[Kind] = frozenset({"retry", "wait", "token"})


class WecomError(Exception):
    """A call that WeCom refused, or that didn't get through.

    `code` is WeCom's errcode, or None where there was no answer to judge; `text` is what it said, without secrets;
    `kind` says what helps: retry (soon), wait (the limit of calls), token (the secret is probably wrong), setup (an
    admin must change something), receiver (another way), media (upload anew), data (never, as it is).
    With `uncertain` the platform may have done it all the same: the answer was lost.
    """

    def __init__(self, code: int | None, text: str, kind: Kind, *, uncertain: bool = False) -> None:
        self.code = code
        self.text = text[:300]
        self.kind: Kind = kind
        self.uncertain = uncertain
        super().__init__(f"{code}: {self.text}" if code is not None else self.text)

    @property
    def reason(self) -> str:
        """The same for people: what is wrong and what to do, in Chinese, with WeCom's code."""
        if self.code is None:
            return self.text
        known = _KNOWN.get(self.code)
        return f"{known[1] if known else self.text}（{self.code}）"

    @property
    def worth_a_try(self) -> bool:
        """Whether the same call may pass later."""
        return self.kind in WORTH_A_TRY


def of_code(code: int, text: str) -> WecomError:
    """The error for an errcode. One that isn't known is final: repeating what isn't understood may do harm."""
    known = _KNOWN.get(code)
    return WecomError(code, text, known[0] if known else "data")
