"""Whom one can sign in as in the demo, and what to try (only ever planted in demo mode)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.demo.invented_names import id_number, mobile

PASSWORD = "Shangang#2026"
GROUP_DESK = "欧阳敬"  # of the group's safety; no crowd has such a name


@dataclass(frozen=True)
class CastMember:
    """One of the demo people that can be signed in as. `first` leaves them their first password (Q05)."""

    who: str
    name: str
    place: int
    code: str
    advice: str
    units: tuple[str, ...] = ("factory",)
    male: bool = True
    standing: str = "valid"
    state: str = "approved"
    role: str = "operator"
    may_review: bool = False
    first: bool = False

    @property
    def phone(self) -> str:
        """The phone, which is the login."""
        return mobile(self.place)

    @property
    def id_number(self) -> str:
        """An ID number that stays the same for ever, as it makes the first password."""
        return id_number(date(1972 + self.place % 28, 1 + self.place % 12, 1 + self.place % 28), self.place,
                         male=self.male)  # fmt: skip

    @property
    def password(self) -> str:
        """What signs this person in."""
        return self.id_number[-6:] if self.first else PASSWORD


CAST = (
    CastMember("安全管理员（可审核）· 江澜重工", "陈安澜", 1, "A", "后台：人员 → 审核红色的待审核，导入 Excel，打印二维码",
         role="safety_officer", may_review=True),
    CastMember("安全管理员（可审核）· 海屿港储", "林知远", 2, "A", "后台：只看得到自己单位的人员和设备",
         units=("harbour",), male=False, role="safety_officer", may_review=True),
    CastMember("安全管理员 · 江澜重工", "周守正", 3, "A", "后台：能管理人员和设备，不能审核绑定",
         role="safety_officer"),
    CastMember("叉车司机 · 证书有效", "王大友", 11, "N1", "手机：扫码上岗，扫一台叉车的标签"),
    CastMember("新员工 · 初始密码", "李小满", 12, "N1", "手机：用初始密码登录，先改密码再扫码", male=False, first=True),
    CastMember("未绑定单位", "赵远行", 13, "N1", "手机：申请绑定单位，再到后台审核", state="ended"),
    CastMember("待审核", "孙初晴", 14, "N1", "手机：扫码会提示等待审核", male=False, state="waiting"),
    CastMember("证书过期", "钱久安", 15, "N1", "手机：扫码会提示证书已过期", standing="expired"),
    CastMember("起重机司机 · 两个单位", "吴双江", 16, "Q2", "手机：切换单位后再扫码", units=("factory", "harbour")),
    CastMember("厂长 · 江澜重工", "顾行远", 4, "A", "聊天沙箱：右边的手机，回应事故快报", role="safety_officer"),
)  # fmt: skip

MANAGERS = (
    ("系统管理员", "admin", "administrator", "后台：公司、用户、角色、作业项目"),
    (
        "集团安全监管",
        "jituan",
        "group_safety",
        "后台：查看和导出两个单位的资料；聊天沙箱：重大隐患的抄送和集团安全群",
    ),
    ("监察", "jiancha", "supervisor", "后台：查看各单位的上岗日志"),
    ("使用单位（法人）· 江澜重工", "jianglan", "unit", "后台：以单位账号管理人员"),
)


def demo_sign_ins() -> list[tuple[str, str, str, str]]:
    """Who there is: role, login, password, what to try first."""
    managers = [(who, login, PASSWORD, advice) for who, login, _, advice in MANAGERS]
    workers = [(f"{part.name}（{part.who}）", part.phone, part.password, part.advice) for part in CAST]
    return managers + workers
