"""The tree of companies, and the files of their people (J01, Q04)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Page

CHAPTER = Chapter(
    name="organization",
    title="组织机构",
    ledgers=("ledgers:COMPANIES",),
    views=("views:COMPANY_TREE",),
    hooks=("tree_top",),
    pages=(Page(name="settings", title="设置", place="menu", ledger="companies", right="settings.read"),),
    grants=Grants(
        system=("companies",),
        everyday=("persons", "bindings"),
        in_force=("companies.delete",),
        reviewing=("bindings.decide", "persons.reveal"),
        supervised=("companies.read", "companies.export", "persons.read", "persons.export"),
        own=("bindings.apply",),
        always_self=("bindings.apply",),
        site_prefixes=("persons",),
    ),
)
