"""What is the same of every ledger: its description, a row of any of them, trail, pick list, attachments, search."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from handlers.web.shapes.values import Named, Referred, Value

Tone = Literal["good", "warn", "bad", "plain"]


class ChoiceOut(BaseModel):
    """One value of a pick list; one that is not `by_hand` comes about by itself and is not offered in forms."""

    value: str
    title: str
    tone: str
    by_hand: bool


class FieldOut(BaseModel):
    """A field as a form shows it. What only some kinds have is left out of the others."""

    name: str
    title: str
    kind: str
    required: bool
    readonly: bool
    create_only: bool
    masked: bool
    help: str | None
    max: float | None
    min: float | None
    unit: str | None
    default: Value
    choices: list[ChoiceOut] | None
    to: str | None
    pattern: str | None = None
    unsaid: bool | None = None
    grouped: bool | None = None
    warns: bool | None = None
    beside: str | None = None
    line: str | None = None
    fields: list[FieldOut] | None = None
    needed_when: list[str] | None = None


class ColumnOut(BaseModel):
    """A column of the list; `width` in pixels."""

    field: str
    width: int
    fixed: bool
    sortable: bool
    shown: bool


class FilterOut(BaseModel):
    """A filter above the list."""

    field: str
    kind: str


class SectionOut(BaseModel):
    """Fields of the form under one title."""

    title: str
    fields: list[str]


class ActionOut(BaseModel):
    """A button; `when` says for which values of which field it is offered."""

    name: str
    title: str
    where: Literal["row", "bulk", "page"]
    gives: Literal["rows", "message", "file"]
    tone: str
    confirm: str | None
    fields: list[FieldOut]
    when: dict[str, list[str | bool | int]]
    once: bool


class ProbeOut(BaseModel):
    """A question that the form may ask beside a field."""

    name: str
    title: str
    field: str


class LedgerRights(BaseModel):
    """What I may do."""

    read: bool
    create: bool
    edit: bool
    delete: bool
    import_: bool
    export: bool

    model_config = {"alias_generator": lambda name: name.rstrip("_")}


class PublishedOut(BaseModel):
    """Rows take effect after approval, in editions; `is_read`: people say that they have read them."""

    is_read: bool


class PhoneFaceOut(BaseModel):
    """How a ledger looks on a phone: names of its columns, fields and buttons; whether rows are made and changed there.

    `offline`: a new row may wait on the phone until there is a network.
    """

    title: str
    second: list[str]
    badge: str
    form: list[str]
    create: bool
    edit: bool
    offline: bool
    actions: list[str]


class PartOut(BaseModel):
    """Something of the console's own for a ledger, and where it stands."""

    name: str
    title: str
    place: Literal["row", "form", "detail", "above"]


class BulkOffer(BaseModel):
    """What may be done to many rows at once: fields that take one value, removal, names of buttons."""

    edit: list[str]
    delete: bool
    actions: list[str]


class LedgerOut(BaseModel):
    """A ledger as the console draws it."""

    name: str
    title: str
    group: str
    system: str
    noun: str
    measure: str
    edit_title: str
    create_title: str
    empty: str
    rights: LedgerRights
    fields: list[FieldOut]
    columns: list[ColumnOut]
    filters: list[FilterOut]
    search: str | None
    form: list[SectionOut]
    sort: str
    sorts: list[str]
    actions: list[ActionOut]
    probes: list[ProbeOut]
    attachments: bool
    files_by: bool
    history: bool
    published: PublishedOut | None
    library: str | None
    live: bool
    importable: bool
    import_options: list[FieldOut]
    exportable: bool
    export_more: list[str]
    bulk: BulkOffer
    phone: PhoneFaceOut | None
    related: bool
    parts: list[PartOut]


class PageName(BaseModel):
    """A page of the console that is no ledger."""

    name: str
    title: str


class SubjectKind(PageName):
    """What messages and tasks are about: kept in which ledger, shown on which page of the phone."""

    ledger: str
    phone: str
    tasks: bool


class LedgersOut(BaseModel):
    """The ledgers that I may read."""

    items: list[LedgerOut]


class Row(BaseModel):
    """A row of any ledger; what `values` has, its own routes say."""

    id: str
    label: str
    version: int
    tone: Tone
    values: dict[str, Value]
    can: list[str]


class FoundRow(BaseModel):
    """A row, and of which ledger."""

    ledger: str
    row: Row


class FoundRows(BaseModel):
    """What was found in all ledgers."""

    items: list[FoundRow]


class OptionOut(Referred):
    """A row that a field can be set to; `note` tells it from others of the name."""

    note: str


class OptionsOut(BaseModel):
    """What a reference field can be set to."""

    items: list[OptionOut]


class HistoryChange(BaseModel):
    """A field, what stood in it and what came, as people read it."""

    field: str | None = None
    title: str
    old: Value = None
    new: Value = None


class HistoryLine(BaseModel):
    """Who did what when; `by` is null for the program itself."""

    at: str
    by: Named | None
    door: str
    action: str
    title: str
    changes: list[HistoryChange]


class HistoryOut(BaseModel):
    """A page of the trail."""

    items: list[HistoryLine]
    next: str | None


class AttachmentOut(BaseModel):
    """A file at a row; one that is `kept` can't be taken away, one that came `later` stands beside the evidence."""

    id: str
    name: str
    size: int
    mime: str
    at: str
    by: Named | None
    kept: bool
    later: bool


class AttachmentsOut(BaseModel):
    """What is attached to a row."""

    items: list[AttachmentOut]


class ProbeFound(BaseModel):
    """What a probe found."""

    message: str
    tone: Tone
    facts: dict[str, str]


class Grouping(BaseModel):
    """People that are chosen with one tap."""

    kind: str
    title: str
    ids: list[str]


class GroupingsOut(BaseModel):
    """The groups of people that a field takes, and the names of all in them by id."""

    items: list[Grouping]
    names: dict[str, str]


class RightOut(BaseModel):
    """A right, and what people read for it."""

    name: str
    title: str
    group: str


class ScopeOut(BaseModel):
    """How far a right may reach."""

    value: str
    title: str


class RightsOut(BaseModel):
    """All rights, and all scopes, the narrowest first."""

    items: list[RightOut]
    scopes: list[ScopeOut]


class Notice(BaseModel):
    """What whoever opens a ledger has to know of it as a whole."""

    title: str
    text: str


class RowCount(BaseModel):
    """How many rows there are; counting ends at a bound, and `exact` says whether it was reached."""

    value: int
    exact: bool


class RelatedList(BaseModel):
    """Rows of another ledger that name a row by their field `by`: the first, and how many; `create`: I may add one."""

    ledger: str
    title: str
    noun: str
    measure: str
    by: str
    by_title: str
    many: bool
    create: bool
    count: RowCount
    items: list[Row]


class RelatedOut(BaseModel):
    """What hangs on a row, by ledger."""

    items: list[RelatedList]
