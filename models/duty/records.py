"""Tables of clocking in by scan: the log (Q09, Q10)."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, FixedCharField

from models.core.fields import (
    Day,
    Facts,
    Flag,
    Link,
    Moment,
    Text,
)
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company

CLOCK_IN = declare("clock-ins.create", "扫码上岗", "上岗日志")
READ_CLOCK_INS = declare("clock-ins.read", "查看上岗日志", "上岗日志")
EXPORT_CLOCK_INS = declare("clock-ins.export", "导出上岗日志", "上岗日志")


class ClockIn(Record):
    """One clock-in with the evidence of its moment (Q09, X02). Written by the gate alone, never edited.

    `once_key` is person, equipment and day; `request_key` the hash of account and Idempotency-Key: both
    unique, so no scan is ever there twice. `evidence` freezes binding, certificate, equipment and place. `summed` says
    whether it is in the sums that a job keeps; what the gate writes is not.
    """

    self_field = "person_id"
    watched = "models.duty.sums:CHANGES"

    id = BigIntegerField(primary_key=True)
    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True, index=False
    )
    person_id = BigIntegerField()
    person_name = Text("姓名", max=30, required=True, readonly=True)
    equipment_id = BigIntegerField()
    equipment_name = Text("设备", max=60, required=True, readonly=True)
    code = Text("作业项目代号", max=40, required=True, readonly=True)
    certificate_number = Text("证书编号", max=40, required=True, readonly=True)
    day = Day("日期", required=True, readonly=True)
    scanned_at = Moment("上岗时间", required=True, readonly=True)
    received_at = Moment("收到时间", required=True, readonly=True)
    late = Flag("补传", readonly=True)
    site_id = BigIntegerField(null=True)  # where the equipment was then
    type_id = BigIntegerField(null=True)  # and of which kind
    evidence = Facts("当时的情况", required=True, readonly=True)
    once_key = CharField(max_length=60, unique=True)
    request_key = FixedCharField(max_length=64, unique=True)
    summed = BooleanField(null=True, index=True)

    class Meta:
        table_name = "clock_in"
        indexes = (
            (("company", "scanned_at", "id"), False),
            (("person_id", "scanned_at", "id"), False),
            (("equipment_id", "scanned_at", "id"), False),
        )
