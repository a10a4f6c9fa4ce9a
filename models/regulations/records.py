"""The tables of directories and of documents, each edition a row (B01, B02, B03)."""

from __future__ import annotations

from peewee import CharField

from models.core.fields import Choice, Day, Flag, Integer, Link, LongText, Many, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company
from models.tasks.publication.records import PublishedRecord, publication_moves

READ_FOLDERS = declare("document-folders.read", "查看制度目录", "制度目录")
EDIT_FOLDERS = declare("document-folders.edit", "维护制度目录", "制度目录")

READ_DOCUMENTS = declare("documents.read", "查看制度文件", "制度文件")
EDIT_DOCUMENTS = declare("documents.edit", "上传和修订制度文件", "制度文件")
PUBLISH_DOCUMENTS = declare("documents.publish", "不经审批收录法规标准", "制度文件")
WITHDRAW_DOCUMENTS = declare("documents.withdraw", "废止制度文件", "制度文件")
IMPORT_DOCUMENTS = declare("documents.import", "导入制度文件清单", "制度文件")
EXPORT_DOCUMENTS = declare("documents.export", "导出制度文件和阅读情况", "制度文件")

LAW, GROUP, PLATE, COMPANY = "law", "group", "plate", "company"
LEVELS = (
    Choice(LAW, "法规标准"), Choice(GROUP, "集团制度"), Choice(PLATE, "板块制度"), Choice(COMPANY, "公司制度"),
)  # fmt: skip
#: The kinds of the starting library, and what companies write themselves.
KINDS = (
    Choice("statute", "法律"), Choice("administrative", "行政法规"), Choice("departmental", "部门规章"),
    Choice("local", "地方性法规"), Choice("normative", "规范性文件"), Choice("national", "国家标准"),
    Choice("industry", "行业标准"), Choice("technical", "安全技术规范"), Choice("occupational", "职业卫生标准"),
    Choice("rule", "规章制度"), Choice("procedure", "操作规程"), Choice("other", "其他"),
)  # fmt: skip


class Folder(Record):
    """A directory of documents (制度目录, B01). Without a company it is everybody's; `path` is `/0010.1/0020.4/`
    down to itself, by which the tree is in order."""

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是各单位通用"
    )
    parent = Link("上级目录", "self", to="document-folders", help="最上一级不填；改了就连同下级一起移过去")
    name = Text("目录名称", max=40, required=True)
    level = Pick("层级", LEVELS, create_only=True, help="有上级的和上级一样，不用填")
    full_name = Text("目录", max=200, readonly=True)
    path = CharField(max_length=160, default="/", index=True)
    sequence = Integer("排序", max=9999, default=0, required=True, help="数字小的排在前面")

    class Meta:
        table_name = "document_folder"
        indexes = ((("parent", "name"), False),)


class Document(PublishedRecord):
    """One edition of a law, a rule or a procedure (B02). Without a company it is for the whole group."""

    shared_when_no_company = True
    published_as = "document"
    edit_right = EDIT_DOCUMENTS

    company = Link(
        "单位",
        Company,
        to="companies",
        only=("kind", "company"),
        create_only=True,
        help="集团、板块的制度和通用的法规不填",
    )
    folder = Link("目录", Folder, to="document-folders", required=True)
    level = Pick("层级", LEVELS, readonly=True)
    name = Text("名称", max=120, required=True)
    number = Text("文号", max=60, help="如 主席令〔2021〕88号、GB 6067.1-2010、Q/AQ-003")
    kind = Pick("类别", KINDS, required=True, default="rule")
    issuer = Text("发布单位", max=60)
    issued_on = Day("发布日期")
    valid_from = Day("实施日期", help="还没到的，批准后到那天才生效")
    review_on = Day("下次评审日期", until=True, help="到期前会提醒，该不该修订")
    content = LongText("正文或摘要", max=20000, help="短的可以写在这里，长的传附件")
    file_name = Text("附件文件名", max=120, help="先导入清单、后传文件的，写文件名；批量上传时按它自动配上")
    must_read = Flag("要求阅读", help="生效后通知大家看，看完点“我已阅读”")
    concerned = Many(
        "阅读范围", Company, to="companies", most=100, help="哪些单位、厂站、部门要读；不选就是全体人员"
    )
    sample = Flag("样例（待核对）", help="随系统带来的样例，用之前请对照原文")
    note = LongText("备注", max=500)

    transitions = publication_moves(EDIT_DOCUMENTS, WITHDRAW_DOCUMENTS, PUBLISH_DOCUMENTS)

    class Meta:
        table_name = "document"
        indexes = (
            (("company", "standing"), False),
            (("folder", "standing"), False),
            (("standing", "valid_from"), False),
        )


__all__ = [
    "COMPANY", "EDIT_DOCUMENTS", "EDIT_FOLDERS", "EXPORT_DOCUMENTS", "GROUP", "IMPORT_DOCUMENTS", "KINDS", "LAW", "LEVELS", "PLATE",
    "PUBLISH_DOCUMENTS", "READ_DOCUMENTS", "READ_FOLDERS", "WITHDRAW_DOCUMENTS", "Document", "Folder",
]  # fmt: skip
