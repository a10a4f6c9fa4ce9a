"""The grid: places, and who is responsible for them (E01, J07)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Page, StandardRows

CHAPTER = Chapter(
    name="grid",
    title="网格",
    settings=("places",),
    ledgers=("ledgers:GRID", "ledgers:GRID_TEMPLATES"),
    finders=("owners.finder",),
    hooks=("owners.receivers",),
    standards=(StandardRows("grid_templates", "standards:install_grid_templates"),),
    pages=(Page(name="grid", title="网格树", place="menu", ledger="grid", right="grid.read"),),
    acts={
        "owner": "更换责任人",
    },
    grants=Grants(
        system=("grid-templates",),
        everyday=("grid",),
        work=("grid.labels",),
        house=("grid-templates.edit",),
        own=("grid.read",),
        always_company=("grid.read",),
        site=("grid.edit",),
    ),
)
