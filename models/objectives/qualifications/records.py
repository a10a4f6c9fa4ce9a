"""What a company itself is certified for: its level of standardisation, management systems, licences (A11)."""

from __future__ import annotations

from models.core.fields import Choice, Day, Link, LongText, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person

READ_QUALIFICATIONS = declare("qualifications.read", "查看安全资质", "安全资质")
EDIT_QUALIFICATIONS = declare("qualifications.edit", "登记安全资质", "安全资质")
DELETE_QUALIFICATIONS = declare("qualifications.delete", "删除安全资质", "安全资质")
IMPORT_QUALIFICATIONS = declare("qualifications.import", "导入安全资质", "安全资质")
EXPORT_QUALIFICATIONS = declare("qualifications.export", "导出安全资质", "安全资质")


class Qualification(Record):
    """One certificate of a company; a renewed one is entered anew, so that the old one can still be shown."""

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    kind = Pick(
        "类别",
        [
            Choice("standardisation", "安全生产标准化达标"),
            Choice("system", "管理体系认证"),
            Choice("licence", "许可证"),
            Choice("other", "其他"),
        ],
        required=True,
    )
    name = Text("名称", max=60, required=True)
    level = Text("等级", max=20, help="如 二级；没有等级就不填")
    number = Text("证书编号", max=60)
    issuer = Text("发证机关", max=60)
    issued_on = Day("发证日期")
    valid_until = Day("有效期至", required=True, until=True)
    state = Pick(
        "状态",
        [Choice("current", "现用", "good"), Choice("replaced", "已换新证")],
        required=True,
        default="current",
        help="换了新证，把旧的改成“已换新证”，就不再提醒",
    )
    keeper = Link("负责人", Person, to="persons", help="到期前会提醒这个人")
    note = LongText("备注", max=500)

    class Meta:
        table_name = "qualification"
        indexes = ((("company", "valid_until"), False), (("company", "kind"), False))
