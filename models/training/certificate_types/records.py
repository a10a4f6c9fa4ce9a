"""The table of kinds of certificates (C01): operator codes of TSG Z6001 and all others that a post may ask for."""

from __future__ import annotations

from models.core.fields import Choice, Flag, Integer, Link, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company

READ_CERTIFICATE_TYPES = declare("certificate-types.read", "查看证照种类", "证照")
EDIT_CERTIFICATE_TYPES = declare("certificate-types.edit", "维护证照种类", "证照")

OPERATOR = "operator"
FAMILIES = (
    Choice(OPERATOR, "特种设备作业人员证"), Choice("special", "特种作业操作证"), Choice("safety", "安全管理"),
    Choice("internal", "单位内部记录"), Choice("other", "其他"),
)  # fmt: skip


class CertificateType(Record):
    """A kind of certificate; without a company it is everybody's. `code` is the operator code, for those that have one.

    Certificates of people say of which kind they are by `held_as`, what stands in their column `code`.
    """

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是各单位通用"
    )
    name = Text("证照名称", max=40, required=True)
    family = Pick("类别", FAMILIES, required=True, default="other")
    code = Text("作业项目代号", max=20, help="特种设备作业人员证填，如 N1；别的证不填")
    validity_years = Integer("有效期（年）", min=1, max=30, unit="年", help="没有规定就不填")
    note = Text("说明", max=120)
    sample = Flag("样例（待核对）", help="随系统带来、还没有对照原文的；核对过就改为否")
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "certificate_type"
        indexes = ((("company", "name"), True), (("company", "sequence"), False))

    @property
    def held_as(self) -> str:
        """What stands in a certificate's column `code` where it is of this kind."""
        return str(self.code or self.name)

    @property
    def title(self) -> str:
        """Its name with the code in front: N1 叉车司机."""
        return f"{self.code} {self.name}" if self.code else str(self.name)


__all__ = ["EDIT_CERTIFICATE_TYPES", "FAMILIES", "OPERATOR", "READ_CERTIFICATE_TYPES", "CertificateType"]
