"""Laws, rules and procedures: their directories, documents and revisions (B01, B02, B03)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Kind, StandardRows

CHAPTER = Chapter(
    name="regulations",
    title="制度管理",
    settings=("ledgers",),
    ledgers=("ledgers:DOCUMENTS", "ledgers:FOLDERS"),
    views=("views:FOLDER_TREE", "views:DOCUMENT_STATISTIC"),
    subjects=("workflow",),
    kinds=(Kind(name="document", title="制度文件", ledger="documents", tasks=True),),
    standards=(StandardRows("document_folders", "folders:install_folders"),),
    acts={"review": "评审"},
    grants=Grants(
        everyday=("documents", "document-folders"),
        in_force=("documents.publish", "documents.withdraw"),
        own=("documents.read", "document-folders.read"),
        always_company=("documents.read", "document-folders.read"),
    ),
)
