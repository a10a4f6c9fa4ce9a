"""Statistics of certificates and training (I01, C02, C06)."""

from __future__ import annotations

from models.core.ledger.expiry import EXPIRED, EXPIRING, VALID
from models.core.views import Measure, Rate, Statistic, Sum
from models.training.archive.ledgers import TRAININGS
from models.training.archive.records import FAILED, PASSED
from models.training.certificate_types.names import kinds_in_words
from models.training.ledgers import CERTIFICATES

CERTIFICATE_STATISTIC = Statistic(
    name="certificate-statistic", title="证照统计", ledger=CERTIFICATES, time="valid_until", period="ahead",
    measures=(
        Measure("all", "证照"), Measure("valid", "有效", {"standing": [VALID]}),
        Measure("soon", "快到期", {"standing": [EXPIRING]}), Measure("over", "已过期", {"standing": [EXPIRED]}),
    ),
    by=("code", "site", "department", "source", "person", "company"), by_time=False, drawn=("valid", "soon", "over"),
    words={"code": lambda actor: kinds_in_words(actor.company_id)},
)  # fmt: skip

TRAINING_STATISTIC = Statistic(
    name="training-statistic", title="培训统计", ledger=TRAININGS, time="held_on", period="year",
    measures=(
        Measure("all", "人次"), Sum("hours", "学时", column="hours"), Measure("passed", "合格", {"result": [PASSED]}),
        Measure("judged", "有结果", {"result": [PASSED, FAILED]}), Rate("rate", "合格率", part="passed", whole="judged"),
    ),
    by=("type", "course", "person", "result", "company"), by_time=False, drawn=("all",),
)  # fmt: skip
