"""Certificates that people hold (C02; Q04 for special-equipment operators)."""

from __future__ import annotations

from models.core.fields import Choice, Day, Facts, Link, Pick, Text
from models.core.records import Record
from models.core.security.identifiers import hide_ids
from models.core.security.rights import declare
from models.equipment.standards import certificate_versions
from models.organization.records import Company, Person

READ_CERTIFICATES = declare("certificates.read", "查看证照", "证照")
CREATE_CERTIFICATES = declare("certificates.create", "新增证照", "证照")
EDIT_CERTIFICATES = declare("certificates.edit", "修改证照", "证照")
DELETE_CERTIFICATES = declare("certificates.delete", "删除证照", "证照")
IMPORT_CERTIFICATES = declare("certificates.import", "导入证照", "证照")
EXPORT_CERTIFICATES = declare("certificates.export", "导出证照", "证照")


class CertificateNumber(Text):
    """A certificate's number, in which an identity number is masked as in any text, and also where it is looked for (X11).

    Nothing is lost by that: the holder's number stands in the personnel file, encrypted. `masks` is how one is looked for.
    """

    masks = staticmethod(hide_ids)


class Certificate(Record):
    """One certificate entry of one person: a number, an operator code (作业项目代号) and its validity.

    `rules` are the versions of the rulebooks by which it was entered, changed or held against the paper the last time.
    """

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    person = Link("持证人", Person, to="persons", required=True, create_only=True)
    number = CertificateNumber("证书编号", max=40, required=True)
    code = Text(
        "作业项目代号",
        max=40,
        required=True,
        help="如 N1、Q2；焊接按考核细则填写完整代号；别的证写种类的名称，如 注册安全工程师",
    )
    limits = Text("限制范围", max=60, help="如 限桥式起重机；没有限制就不填")
    issuer = Text("发证机关", max=60)
    issued_on = Day("发证日期")
    valid_until = Day("有效期至", required=True, until=True)
    state = Pick(
        "证书状态",
        [Choice("valid", "有效", "good"), Choice("revoked", "已注销", "bad")],
        required=True,
        default="valid",
    )
    catalogue = Pick(
        "目录版本",
        [Choice("2019", "2019 年目录"), Choice("2011", "2011 年旧目录", "warn")],
        required=True,
        default="2019",
        help="旧目录的同名代号意思不同，不能用来上岗",
    )
    settled = Text("核对过的内容", max=80, internal=True)
    rules = Facts("规则版本", internal=True, default=certificate_versions)
    source = Pick(
        "来源",
        [
            Choice("entered", "手工录入"),
            Choice("imported", "批量导入"),
            Choice("registry", "资质库匹配", "good"),
            Choice("uploaded", "本人上传"),
        ],
        required=True,
        readonly=True,
        default="entered",
    )

    class Meta:
        table_name = "certificate"
        indexes = (
            (("person", "number", "code"), True),
            (("person", "code"), False),
            (("company", "valid_until"), False),
        )
