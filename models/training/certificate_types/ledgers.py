"""How kinds of certificates are listed and kept (C01)."""

from __future__ import annotations

from models.core.ledger import Column, Filter, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.changes.shared_rows import shared_create, shared_edit
from models.core.ledger.library.declaration import Library
from models.training.certificate_types.records import (
    EDIT_CERTIFICATE_TYPES,
    READ_CERTIFICATE_TYPES,
    CertificateType,
)
from models.training.certificate_types.standards import standard_certificate_types

_KEY = ("name",)
CERTIFICATE_TYPES = Ledger(
    name="certificate-types",
    record=CertificateType,
    title="证照种类",
    group="教育培训",
    place=9,
    system="C01",
    noun="证照种类",
    measure="种",
    empty="还没有证照种类。系统安装时会自动带入作业项目和常用的证；也可以点“新增”。",
    columns=(
        Column("name", 260, fixed=True),
        Column("code", 130),
        Column("family", 170),
        Column("validity_years", 110),
        Column("sample", 130),
        Column("note", 300),
        Column("company", 180),
    ),
    filters=(Filter("family", "choice"), Filter("sample", "flag"), Filter("company", "reference")),
    search=("name", "code"),
    form=(Section("证照种类", ("company", "name", "family", "code", "validity_years", "note", "sample", "sequence")),),
    sort="sequence",
    sorts=("sequence", "id"),
    label=lambda row: row.title,
    note=lambda row: str(CertificateType.family.title_of(row.family)),
    rights={
        "read": READ_CERTIFICATE_TYPES, "create": EDIT_CERTIFICATE_TYPES, "edit": EDIT_CERTIFICATE_TYPES,
        "delete": EDIT_CERTIFICATE_TYPES, "export": READ_CERTIFICATE_TYPES,
    },
    rules=Rules(
        shared_create(CertificateType, EDIT_CERTIFICATE_TYPES, _KEY),
        shared_edit(CertificateType, _KEY),
        plain_delete(CertificateType),
    ),
    library=Library("常用证照库", standard_certificate_types, leaves=("sequence",), shared=True),
)  # fmt: skip
