"""Rules of clocking in that an administrator sees and changes: certificate periods, limits, inspection periods, QR (X06)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from models.core.fields import Choice, Integer, Pick, Text
from models.core.rulebook import Rulebook, RulebookPart, Unfit
from models.core.rulebook.declaration import Rows
from models.equipment.operator_codes.certificate_limits import Restriction
from models.equipment.qr.rules import QrRules
from models.equipment.qr.safe_patterns import safe_pattern

_PACKAGE = "models.equipment"
_EVERY = "*"
_TYPE: dict[str, Any] = {
    "pattern": r"[1-9F][0-9A-F]{0,3}",
    "pattern_help": "请填特种设备目录代码或它的开头几位，如 4、41、4110",
}


def parts_of(text: str | None) -> tuple[str, ...]:
    """What one box holds several of, between semicolons."""
    return tuple(part for part in (one.strip() for one in re.split(r"[;；]", text or "")) if part)


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """How long a certificate holds (years), and how many days before its end to apply and to warn."""

    validity_years: int
    review_apply_days: int
    warn_days: int


@dataclass(frozen=True, slots=True)
class CertificatePeriods:
    """The periods of each operator code, and of all that are not named."""

    by_code: dict[str, CertificateRules]

    def of(self, code: str = "") -> CertificateRules:
        """The periods of a code."""
        return self.by_code.get(code) or self.by_code[_EVERY]

    def own_codes(self) -> list[str]:
        """The codes that have periods of their own."""
        return sorted(code for code in self.by_code if code != _EVERY)


def _certificates(rows: Rows) -> CertificatePeriods:
    found: dict[str, CertificateRules] = {}
    for row in rows["periods"]:
        if row["code"] in found:
            raise Unfit("periods", f"作业项目 {row['code']} 有两行")
        if row["review_apply_days"] > row["warn_days"]:
            raise Unfit("periods", f"作业项目 {row['code']}：提醒要早于申请复审的最后一天")
        found[row["code"]] = CertificateRules(
            row["validity_years"], row["review_apply_days"], row["warn_days"]
        )
    if _EVERY not in found:
        raise Unfit("periods", "要有一行 *，给没有单独列出的项目")
    return CertificatePeriods(found)


def _limits(rows: Rows) -> dict[str, tuple[Restriction, ...]]:
    found: dict[str, list[Restriction]] = {}
    for row in rows["limits"]:
        prefixes = parts_of(row["equipment_types"])
        wrong = [part for part in prefixes if not re.fullmatch(_TYPE["pattern"], part)]
        if wrong:
            raise Unfit("limits", f"{row['name']}：“{wrong[0]}”不是特种设备目录代码，{_TYPE['pattern_help']}")
        limit = Restriction(row["name"], parts_of(row["words"]), prefixes)
        if not limit.words or not prefixes:
            raise Unfit("limits", f"{row['name']}：写法和设备种类都要填")
        found.setdefault(row["code"], []).append(limit)
    return {code: tuple(limits) for code, limits in found.items()}


def _inspections(rows: Rows) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows["periods"]:
        prefix = row["type"].rstrip("0") if len(row["type"]) == 4 else row["type"]
        if prefix in found:
            raise Unfit("periods", f"设备种类 {row['type']} 有两行")
        found[prefix] = row["months"]
    return found


def _qr(rows: Rows) -> QrRules:
    patterns = []
    for row in rows["patterns"]:
        try:
            patterns.append((row["kind"], safe_pattern(row["pattern"])))
        except ValueError as error:
            raise Unfit("patterns", f"{row['title']}的格式不能用：{error}") from None
    return QrRules(tuple(row["name"].lower() for row in rows["parameters"]), tuple(patterns))


CERTIFICATE_PERIODS: Rulebook[CertificatePeriods] = Rulebook(
    name="certificates", title="证书有效期", package=_PACKAGE, file="certificate_rules.json",
    summary="特种设备作业人员证多少年有效，多少天前申请复审，多少天前提醒。",
    parts=(
        RulebookPart("periods", "有效期和提醒", line="项", fields={
            "code": Text("作业项目代号", max=20, required=True, help="* 是没有单独列出的项目"),
            "validity_years": Integer("有效期", min=1, max=50, unit="年", required=True),
            "review_apply_days": Integer("届满前申请复审", min=0, max=1000, unit="天", required=True),
            "warn_days": Integer("届满前提醒", min=0, max=1000, unit="天", required=True),
        }),
    ),
    parse=_certificates,
)  # fmt: skip

LIMITS: Rulebook[dict[str, tuple[Restriction, ...]]] = Rulebook(
    name="limits", title="证书限制范围", package=_PACKAGE, file="limit_rules.json",
    summary="证上写的限制（如 限桥式起重机）指哪些设备种类。扫码上岗按它判断。",
    parts=(
        RulebookPart("limits", "限制范围", line="项", fields={
            "code": Text("作业项目代号", max=20, required=True),
            "name": Text("限制", max=30, required=True),
            "words": Text("证上的写法", max=200, required=True, help="出现其中一个就算，几个用分号隔开"),
            "equipment_types": Text("可以操作的设备种类", max=120, required=True,
                                    help="目录代码或它的开头几位，几个用分号隔开，如 41；4210"),
        }),
    ),
    parse=_limits,
)  # fmt: skip

INSPECTION_PERIODS: Rulebook[dict[str, int]] = Rulebook(
    name="inspections", title="定期检验周期", package=_PACKAGE, file="inspection_rules.json",
    summary="每种设备多少个月检验一次。没有单独列出的种类跟上一级。",
    parts=(
        RulebookPart("periods", "检验周期", line="种", fields={
            "type": Text("设备种类代码", max=4, required=True, **_TYPE),
            "months": Integer("周期", min=1, max=240, unit="月", required=True),
            "note": Text("依据和说明", max=120),
        }),
    ),
    parse=_inspections,
)  # fmt: skip

QR_RULES: Rulebook[QrRules] = Rulebook(
    name="qr", title="二维码识别", package=_PACKAGE, file="qr_rules.json",
    summary="扫到的二维码里，哪个参数带着编号，编号长什么样。先写的先试。",
    parts=(
        RulebookPart("parameters", "带编号的参数名", line="个", fields={
            "name": Text("参数名", max=40, required=True, pattern=r"[\w.-]+", pattern_help="只能用字母、数字、_ . -"),
        }),
        RulebookPart("patterns", "编号的格式", line="种", most=30, fields={
            "kind": Pick("是什么编号", [Choice("device_code", "设备代码"), Choice("register_code", "注册代码"),
                                  Choice("use_cert_no", "使用登记证编号")], required=True),
            "title": Text("叫什么", max=30, required=True),
            "pattern": Text("格式（正则表达式）", max=200, required=True, help="整个编号都要符合；先转成半角大写"),
        }),
    ),
    parse=_qr,
)  # fmt: skip
