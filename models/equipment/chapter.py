"""Equipment, its labels, and which codes its operators need (Q01, Q02, Q13)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Page, StandardRows

CHAPTER = Chapter(
    name="equipment",
    title="设备",
    views=("views:EQUIPMENT_STATISTIC",),
    ledgers=("ledgers:EQUIPMENT", "standard_ledgers:OPERATOR_CODES", "standard_ledgers:EQUIPMENT_TYPES"),
    rulebooks=("rulebooks",),
    settings=("inspection",),
    standards=(
        StandardRows("operator_codes", "operator_codes.codes:install_operator_codes"),
        StandardRows("equipment_types", "operator_codes.codes:install_equipment_types"),
    ),
    pages=(Page(name="rules", title="规则", place="menu", ledger="operator-codes", right="rules.read"),),
    acts={
        "exempted": "登记免扫码",
    },
    grants=Grants(
        system=("operator-codes",),
        everyday=("equipment",),
        work=(
            "equipment.create",
            "equipment.edit",
            "equipment.import",
            "equipment.labels",
        ),
        house=("operator-codes.edit",),
        supervised=("equipment.read", "equipment.export", "operator-codes.read"),
        site_prefixes=("equipment",),
    ),
)
