"""How a certificate stands on a day (C02): valid, expiring, expired, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.core.fields import Choice, DayList
from models.core.ledger import Expiry
from models.core.settings import CompanySetting, SampleValue
from models.equipment import standards
from models.training.records import EDIT_CERTIFICATES, Certificate

REMIND_DAYS: CompanySetting[tuple[int, ...]] = CompanySetting(
    "certificate-days",
    "到期提醒",
    DayList("证照到期前", max=730, help="到期前多少天变黄并提醒，可以几次：90、30、7 天；过期当天再提醒一次"),
    default=(),
    sample=SampleValue(
        (90, 60, 30, 7, 0), "自编样例，只有 30 天有依据：特种设备作业人员证届满前 1 个月申请复审"
    ),
    may_be_empty=True,
    empty="按“规则”里各项目的天数，再在 30、7 天前",
)


def warn_days() -> Mapping[str, int]:
    """From how many days before its end a certificate is warned of, by code; "" is all others."""
    codes = ("", *standards.codes_with_periods())
    return {code: standards.certificate_rules(code).warn_days for code in codes}


EXPIRY = Expiry(
    "valid_until",
    days=REMIND_DAYS,
    right=EDIT_CERTIFICATES,
    name="standing",
    title="状态",
    when={"state": ("valid",)},
    otherwise=Choice("revoked", "已注销", "bad"),
    person="person",
    by="code",
    first=warn_days,
)
TITLES = {choice.value: choice.title for choice in EXPIRY.choices}


def standing(certificate: Certificate, day: date) -> str:
    """The certificate's standing on `day`; expiring within the reminder days, the last one valid."""
    return EXPIRY.standing(certificate, day)
