"""Every way in which a scan is refused, each with what is wrong, why, and the way out (Q09)."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.core.config import config
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from models.duty.settings import SCAN_TOO_OLD_HOURS
from models.equipment.operator_codes.needs import NeedsExplained


def _out(kind: str, label: str, **more: Any) -> dict[str, Any]:
    return {"action": {"kind": kind, "label": label}, **more}


def unauthenticated(code: str = "session_expired") -> AnbanError:
    """The token is unknown, revoked or over."""
    return Unauthenticated(
        "登录已过期", code=code, cause="这台手机太久没有登录，或者在别处退出了", advice="请重新登录后再扫"
    )


def account_disabled() -> AnbanError:
    """The account is locked out for good."""
    return Unauthenticated(
        "账号已停用",
        code="account_disabled",
        cause="管理员停用了您的账号",
        advice="请联系本单位安全管理员",
        details=_out("call_officer", "联系安全管理员"),
    )


def clock_wrong() -> AnbanError:
    """The phone's clock is not what the world's is."""
    return Invalid(
        "手机时间不对",
        code="clock_wrong",
        cause=f"手机的时间和标准时间相差超过 {config().clock_skew_minutes} 分钟",
        advice="请在手机设置里打开“自动设置时间”，再重新扫码",
        fields={"scanned_at": "手机时间不对"},
        details=_out("fix_clock", "我已改好，重新扫码"),
    )


def scan_too_old() -> AnbanError:
    """The scan waited too long on the phone."""
    return Invalid(
        "扫码时间太早",
        code="scan_too_old",
        cause=f"这次扫码已过去 {SCAN_TOO_OLD_HOURS.of(None)} 小时以上，不能再补传",
        advice="请联系安全管理员补登记",
        fields={"scanned_at": "扫码时间太早"},
        details=_out("call_officer", "联系安全管理员"),
    )


def key_reused() -> AnbanError:
    """The same Idempotency-Key came with another content."""
    return Conflict(
        "这次提交重复了",
        code="idempotency_key_reused",
        cause="同一个提交编号已用在另一次扫码上",
        advice="请重新扫码",
        details=_out("retry_scan", "重新扫码"),
    )


def not_bound() -> AnbanError:
    """The person has no binding to the unit."""
    return Forbidden(
        "您还没有绑定这个单位",
        code="not_bound",
        cause="只有本单位的人员才能在这里上岗",
        advice="请先申请绑定，或者切换到您所在的单位",
        details=_out("bind", "去申请绑定"),
    )


def binding_waiting(unit: str) -> AnbanError:
    """The binding is asked for and not decided."""
    return Forbidden(
        "绑定申请还在审核",
        code="binding_waiting",
        cause=f"{unit}还没有通过您的申请",
        advice="请联系本单位安全管理员尽快审核",
        details=_out("call_officer", "联系安全管理员"),
    )


def binding_refused(unit: str, state: str) -> AnbanError:
    """The binding was refused or has ended."""
    title, cause = (
        ("绑定申请未通过", f"{unit}没有通过您的申请")
        if state == "refused"
        else ("您已不在这个单位", f"{unit}已解除和您的绑定")
    )
    return Forbidden(
        title,
        code="binding_refused",
        cause=cause,
        advice="请联系安全管理员核实，或者重新申请",
        details=_out("bind", "重新申请绑定"),
    )


def unknown_qr() -> AnbanError:
    """The text means no equipment that is on file."""
    return NotFound(
        "没有认出这个二维码",
        code="unknown_qr",
        cause="它不是本系统登记过的设备二维码",
        advice="请对准设备使用标志上的二维码再扫一次，或者输入设备编号",
        details=_out("type_code", "输入设备编号"),
    )


def other_unit() -> AnbanError:
    """The equipment belongs to a company that the worker is not of; which one is nobody's business.

    No unit of theirs has it, so that switching would lead nowhere; `my_other_unit` is for those whom it helps.
    """
    return Forbidden(
        "这不是本单位的设备",
        code="equipment_other_unit",
        cause="二维码对应的设备登记在别的单位，您不是那个单位的人",
        advice="请扫本单位的设备；在那个单位也上班的，先申请绑定那个单位",
        details=_out("retry_scan", "扫本单位的设备"),
    )


def my_other_unit(unit: int, name: str) -> AnbanError:
    """The equipment belongs to another unit that the worker works for too: one press goes on there."""
    return Forbidden(
        "这是您另一家单位的设备",
        code="equipment_other_unit",
        cause=f"这台设备登记在“{name}”，您现在选的是别的单位",
        advice="切换过去就能上岗，不用再扫",
        details=_out("switch_unit", "切换单位并上岗", unit={"id": str(unit), "name": name}),
    )


def not_in_use(name: str, state: str) -> AnbanError:
    """The equipment is stopped or scrapped."""
    words = {"stopped": ("设备已停用", "停用"), "scrapped": ("设备已报废", "报废")}[state]
    return Conflict(
        words[0],
        code=f"equipment_{state}",
        cause=f"“{name}”登记为{words[1]}，不能上岗操作",
        advice="请勿使用这台设备；登记有误请联系安全管理员",
        details=_out("call_officer", "联系安全管理员"),
    )


def maintenance(name: str) -> AnbanError:
    """Elevators count through the maintenance scan, not through clocking in (project T)."""
    return Conflict(
        "电梯请用“扫码维保”",
        code="use_maintenance_scan",
        cause=f"“{name}”的电梯修理（T）以维保方式考核，不需要打卡上岗",
        advice="做完维保后用扫码维保登记即可",
        details=_out("home", "知道了"),
    )


def no_operator_needed(name: str, told: NeedsExplained | None) -> AnbanError:
    """Nobody scans for the equipment; `told` is what is known of it, where it was looked up."""
    if told is None:
        told = NeedsExplained(
            "这台不用扫码打卡",
            f"“{name}”没有登记要扫码上岗的作业项目",
            "请问本单位安全管理员",
            settled=True,
        )
    way = _out("home", "知道了") if told.settled else _out("call_officer", "联系安全管理员")
    return Conflict(
        told.title,
        code="no_operator_needed",
        cause=told.cause,
        advice=told.advice,
        details={**way, "settled": told.settled},
    )


def inspection_overdue(name: str, until: date) -> AnbanError:
    """The day of the next inspection is over, and the unit lets nobody work on such equipment."""
    return Conflict(
        "设备检验已过期",
        code="inspection_overdue",
        cause=f"“{name}”的下次检验日期是 {until.isoformat()}，本单位规定检验过期的设备不让上岗",
        advice="请勿使用；已经检验的请联系安全管理员更新日期",
        details=_out("call_officer", "联系安全管理员"),
    )


def certificate_missing(name: str, needed: str, *, legacy: bool) -> AnbanError:
    """No certificate of a code that the equipment asks for; `needed` names them (Q2（起重机司机）)."""
    cause = f"操作“{name}”需要 {needed}证，您名下没有"
    if legacy:
        cause = f"操作“{name}”需要 {needed}证，您名下的是 2011 年旧目录的证，代号意思不同"
    return Forbidden(
        "没有对应的证书",
        code="certificate_missing",
        cause=cause,
        advice="请勿操作；已有证书请联系安全管理员登记",
        details=_out("certificates", "看我的证照"),
    )


def certificate_expired(which: str, number: str, until: date) -> AnbanError:
    """The certificate was over on the day of the scan; `which` names it, here and below (N1（叉车司机）)."""
    return Forbidden(
        "证书已过期",
        code="certificate_expired",
        cause=f"您的 {which}证（{number}）有效期到 {until.isoformat()}",
        advice="请勿操作；已经复审的请联系安全管理员更新",
        fields={"valid_until": until.isoformat()},
        details=_out("certificates", "看我的证照"),
    )


def certificate_not_yet(which: str, number: str, issued: date) -> AnbanError:
    """The certificate was not issued yet on the day of the scan."""
    return Forbidden(
        "证书还没有生效",
        code="certificate_missing",
        cause=f"您的 {which}证（{number}）发证日期是 {issued.isoformat()}",
        advice="请勿操作；日期有误请联系安全管理员更正",
        details=_out("certificates", "看我的证照"),
    )


def certificate_revoked(which: str, number: str) -> AnbanError:
    """The certificate was withdrawn."""
    return Forbidden(
        "证书已注销",
        code="certificate_revoked",
        cause=f"您的 {which}证（{number}）已被注销",
        advice="请勿操作，并联系安全管理员核实",
        details=_out("certificates", "看我的证照"),
    )


def certificate_limited(which: str, limits: str, kind: str) -> AnbanError:
    """The certificate's range does not cover this kind of equipment (Q2 限××起重机)."""
    return Forbidden(
        "证书不包括这种设备",
        code="certificate_limited",
        cause=f"您的 {which}证注明“{limits}”，这台是{kind}",
        advice="请勿操作；请换符合范围的设备",
        details=_out("certificates", "看我的证照"),
    )
