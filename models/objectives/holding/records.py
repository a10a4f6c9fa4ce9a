"""The table of people against required certificates (C02): one row for each person and kind that a post of theirs asks for.

It is kept by refresh.py and written by nobody else.
"""

from __future__ import annotations

from peewee import BigIntegerField, CharField

from models.core.fields import Choice, Day, Link, Pick, Text
from models.core.records import Record
from models.organization.records import Company, Person
from models.training.certificate_types.records import CertificateType

HELD, MISSING = "held", "missing"


class RequiredCertificate(Record):
    """A person has to hold a certificate of a kind. `ends_on` is until when the best one holds, or since when none is there."""

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    person = Link("人员", Person, to="persons", required=True, readonly=True, on_delete="CASCADE")
    type = Link(
        "应持证照", CertificateType, to="certificate-types", required=True, readonly=True, on_delete="CASCADE"
    )
    posts = Text("哪些岗位要求", max=200, required=True, readonly=True)
    held = Pick(
        "有没有", (Choice(HELD, "有", "good"), Choice(MISSING, "缺失", "bad")), required=True, readonly=True
    )
    code = CharField(max_length=40)  # what certificates of the kind say in theirs
    number = Text("证书编号", max=40, readonly=True)
    certificate_id = BigIntegerField(null=True, index=True)
    ends_on = Day("到期或缺失起", required=True, readonly=True)

    class Meta:
        table_name = "required_certificate"
        indexes = ((("person", "type"), True), (("company", "ends_on"), False))


__all__ = ["HELD", "MISSING", "RequiredCertificate"]
