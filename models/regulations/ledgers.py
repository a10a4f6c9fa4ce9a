"""How directories and documents are listed, written and exported (B01, B02, B03)."""

from __future__ import annotations

from models.core.fields import Choice, DayList
from models.core.files import named_files
from models.core.ledger import Column, Derived, Expiry, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.branches import inside
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.library.declaration import Library
from models.core.settings import CompanySetting, SampleValue
from models.regulations import documents, folders, importing
from models.regulations.records import (
    EDIT_DOCUMENTS,
    EDIT_FOLDERS,
    EXPORT_DOCUMENTS,
    IMPORT_DOCUMENTS,
    READ_DOCUMENTS,
    READ_FOLDERS,
    Document,
    Folder,
)
from models.regulations.reviewing import REVIEW
from models.regulations.samples import standard_documents
from models.regulations.workflow import PUBLISHED

GROUP = "制度管理"
_FILES = (Choice("there", "已上传", "good"), Choice("waited", "待上传", "warn"), Choice("none", "没有"))
REVIEW_DAYS: CompanySetting[tuple[int, ...]] = CompanySetting(
    "document-review-days",
    "到期提醒",
    DayList("制度文件评审前", max=365, help="到下次评审日期前多少天变黄并提醒，可以几次：60、15 天"),
    default=(60, 15),
    sample=SampleValue((60, 30, 0), "自编样例"),
)


DOCUMENTS: Ledger = Ledger(
    name=documents.LEDGER,
    record=Document,
    told_apart_by=("number",),
    title="制度文件",
    group=GROUP,
    system="B02",
    noun="制度文件",
    measure="份",
    empty="还没有文件。点“新增”填写名称、上传附件，再提交审批；法规标准点“从标准库选”引用，由管理员直接收录。",
    columns=(
        Column("name", 300, fixed=True),
        Column("sample", 130),  # that nobody compared it with the text is said before anything else
        Column("number", 170),
        Column("level", 100),
        Column("kind", 110),
        Column("folder", 180),
        Column("issuer", 150),
        Column("valid_from", 110),
        Column("files", 90),
        Column("standard", 130),
        Column("review_on", 120, shown=False),
        Column("must_read", 90, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("inside", "reference"),
        Filter("level", "choice"),
        Filter("kind", "choice"),
        Filter("must_read", "flag"),
        Filter("sample", "flag"),
        Filter("files", "choice"),
        Filter("valid_from", "date_range"),
        Filter("company", "reference"),
    ),
    search=("name", "number", "issuer", "content"),
    search_title="名称、文号、发布单位、正文",
    form=(
        Section("文件", ("company", "folder", "name", "number", "kind", "issuer")),
        Section("日期", ("issued_on", "valid_from", "review_on")),
        Section("内容", ("content", "file_name", "note", "sample")),
        Section("阅读", ("must_read", "concerned")),
    ),
    derived=(
        inside("inside", "目录（含下级）", Document.folder),
        Derived(
            "files", "文件", "choice", load=lambda actor, rows: named_files.states(DOCUMENTS, rows), choices=_FILES,
            where=lambda values: named_files.lacking(DOCUMENTS, values),
        ),
    ),
    rights={
        "read": READ_DOCUMENTS, "create": EDIT_DOCUMENTS, "edit": EDIT_DOCUMENTS, "delete": EDIT_DOCUMENTS,
        "export": EXPORT_DOCUMENTS, "import": IMPORT_DOCUMENTS,
    },
    rules=Rules(documents.create_document, documents.edit_document),
    actions=(REVIEW,),
    attachments=True,
    files_by="file_name",
    importing=ImportPlan(
        columns=(
            "name", "number", "folder", "kind", "issuer", "issued_on", "valid_from", "review_on", "must_read", "file_name",
            "content", "note",
        ),
        file_name="制度文件清单导入.xlsx",
        samples={
            "name": "叉车安全操作规程", "number": "Q/AQ-003", "folder": "公司制度", "kind": "操作规程", "valid_from": "2026-12-01",
            "must_read": "是", "file_name": "叉车安全操作规程.pdf",
        },
        notes=(
            "目录写全名，如 公司制度 / 操作规程；要先在“制度目录”里建好。",
            "附件文件名写和电脑里一样的名字；导入后点“批量上传文件”，选中所有文件，会按名字自动配上。没有文件的就不填。",
            "导入后都是草稿。同名同文号的草稿会更新；已经生效的不会改动，请在系统里点“修订”。",
        ),
        check=importing.check,
        remarks=importing.remarks,
        save=importing.save,
    ),
    expires=Expiry(
        "review_on", days=REVIEW_DAYS, right=EDIT_DOCUMENTS, name="review", title="评审", left="review_left",
        left_title="离评审天数", when={"standing": ("in_force",)}, noun="制度评审", words=("未到期", "快到评审", "评审已过期"),
    ),
    published=PUBLISHED,
    library=Library(
        "法规标准库", standard_documents, leaves=("concerned", "must_read", "review_on"), same=("name", "number"), shared=True
    ),
)  # fmt: skip

FOLDERS = Ledger(
    name="document-folders",
    record=Folder,
    title="制度目录",
    group=GROUP,
    system="B01",
    noun="目录",
    measure="个",
    empty="还没有目录。点“新增”，先建最上一级，再往下分。",
    columns=(
        Column("full_name", 320, fixed=True),
        Column("level", 110),
        Column("sequence", 80),
        Column("company", 200),
    ),
    filters=(Filter("level", "choice"), Filter("parent", "reference"), Filter("company", "reference")),
    search=("full_name",),
    search_title="目录",
    form=(Section("目录", ("company", "parent", "level", "name", "sequence")),),
    sort="path",
    sorts=("path",),
    label=lambda row: row.full_name or row.name,
    rights={
        "read": READ_FOLDERS, "create": EDIT_FOLDERS, "edit": EDIT_FOLDERS, "delete": EDIT_FOLDERS, "export": EXPORT_DOCUMENTS,
    },
    rules=Rules(folders.create_folder, folders.edit_folder, plain_delete(Folder)),
)  # fmt: skip
