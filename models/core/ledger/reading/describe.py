"""A ledger as the front ends read it: fields, columns, filters, actions and the actor's rights."""

from __future__ import annotations

from typing import Any

from models.core.chapters import all_kinds, pages_of
from models.core.fields import Choice, Described, Flag, Lines, Link, PersonalId
from models.core.ledger.bulk.offered import for_many
from models.core.ledger.declaration import Action, Derived, Ledger, all_ledgers, hanging_on, ledger_named
from models.core.ledger.reading.order import sortable
from models.core.ledger.reading.references import label_of
from models.core.ledger.reading.rows import beside_columns
from models.core.security.actor import Actor

_RIGHTS = ("read", "create", "edit", "delete", "import", "export")


def describe(ledger: Ledger, actor: Actor) -> dict[str, Any]:
    """The ledger for this actor, as `Ledger` in docs/http-api.md."""
    return {
        "name": ledger.name,
        "title": ledger.title,
        "group": ledger.group,
        "system": ledger.system,
        "noun": ledger.noun,
        "measure": ledger.measure,
        "edit_title": ledger.edit_title,
        "create_title": ledger.create_title,
        "empty": ledger.empty,
        "rights": {name: offered(ledger, actor, name) for name in _RIGHTS},
        "fields": _fields(ledger, actor),
        "columns": [
            {
                "field": column.field,
                "width": column.width,
                "fixed": column.fixed,
                "sortable": column.field in sortable(ledger),
                "shown": column.shown,
            }
            for column in ledger.columns
        ],
        "filters": [{"field": item.field, "kind": item.kind} for item in ledger.filters],
        "search": search_title(ledger, actor),
        "form": [{"title": section.title, "fields": list(section.fields)} for section in ledger.form],
        "sort": ledger.sort,
        "sorts": sortable(ledger),
        "actions": [_action(action) for action in ledger.actions if actor.may(action.right)],
        "probes": [
            {"name": probe.name, "title": probe.title, "field": probe.field}
            for probe in ledger.probes
            if actor.may(probe.right)
        ],
        "attachments": ledger.attachments,
        "files_by": bool(ledger.files_by) and "edit" in ledger.rights,
        "history": True,
        "published": None if ledger.published is None else {"is_read": ledger.published.is_read},
        "library": ledger.library.title
        if ledger.library is not None and ledger.library.picked_here
        else None,
        "live": ledger.live,
        "importable": ledger.importing is not None and "import" in ledger.rights,
        "import_options": _import_options(ledger),
        "exportable": "export" in ledger.rights,
        "export_more": beside_columns(ledger) if "export" in ledger.rights else [],
        "bulk": for_many(ledger, actor),
        "phone": phone_of(ledger, actor),
        "related": bool(hanging_on(ledger)),
        "parts": [
            {**part, "place": place}
            for place in ("row", "form", "detail", "above")
            for part in pages_for(actor, ledger.name, place)
        ],
    }


def phone_of(ledger: Ledger, actor: Actor) -> dict[str, Any] | None:
    """The phone's face of a ledger for the actor; None without one."""
    face = ledger.phone
    if face is None:
        return None
    return {
        "title": face.title,
        "second": list(face.second),
        "badge": face.badge,
        "form": face.asks(ledger),
        "create": face.makes(ledger) and offered(ledger, actor, "create"),
        "edit": face.changes,
        "offline": face.offline,
        "actions": list(face.actions),
    }


def on_the_phone(actor: Actor) -> list[Ledger]:
    """The ledgers that the actor's phone has, in the order of its menu."""
    faces = [(ledger.phone, ledger) for ledger in readable_ledgers(actor) if ledger.phone is not None]
    mine = [(face, ledger) for face, ledger in faces if not face.right or actor.may(face.right)]
    groups = list(dict.fromkeys(ledger.group for _, ledger in mine))
    return [each[1] for each in sorted(mine, key=lambda each: (groups.index(each[1].group), each[0].place))]


def pages_for(actor: Actor, ledger: str, place: str) -> list[dict[str, str]]:
    """Pages and parts of the console at a place of a ledger (of none: empty) that are for the actor: name and title."""
    return [
        {"name": page.name, "title": page.title}
        for page in pages_of(ledger)
        if page.place == place and (not page.right or actor.may(page.right))
    ]


def kinds() -> list[dict[str, Any]]:
    """What messages and tasks are about, as the fronts read it: called what, kept in which ledger, shown where."""
    return [
        {
            "name": kind.name,
            "title": kind.title,
            "ledger": kind.ledger,
            # The kind's own page, or that of a row of its ledger; the fronts add the id.
            "phone": kind.phone or _row_page(kind.ledger),
            "tasks": kind.tasks,
        }
        for kind in all_kinds().values()
    ]


def _row_page(name: str) -> str:
    ledger = ledger_named(name) if name else None
    return "" if ledger is None or ledger.phone is None else f"/pages/ledger/row?ledger={name}"


def _import_options(ledger: Ledger) -> list[dict[str, Any]]:
    return [] if ledger.importing is None else [field_json(*option) for option in ledger.importing.options]


def readable_ledgers(actor: Actor) -> list[Ledger]:
    """The ledgers that the actor may read, in the order of declaration."""
    return [ledger for ledger in all_ledgers() if offered(ledger, actor, "read")]


def menu(actor: Actor) -> list[dict[str, Any]]:
    """The console's menu: the ledgers that the actor may read, by group."""
    groups: dict[str, list[dict[str, str]]] = {}
    for ledger in readable_ledgers(actor):
        groups.setdefault(ledger.group, []).append({"title": ledger.title, "ledger": ledger.name})
    return [{"title": title, "items": items} for title, items in groups.items()]


def offered(ledger: Ledger, actor: Actor, name: str) -> bool:
    """Whether the ledger has this (a key of its `rights`) and the actor the right to it."""
    there = {
        "create": ledger.rules.create is not None,
        "edit": ledger.rules.edit is not None,
        "delete": ledger.rules.delete is not None,
        "import": ledger.importing is not None,
    }.get(name, True)
    return there and name in ledger.rights and actor.may(ledger.rights[name])


def search_title(ledger: Ledger, actor: Actor) -> str | None:
    """What the search box says it looks into; None without one. ID numbers for who may see them whole."""
    if not ledger.search:
        return None
    titles = [ledger.title_of(name) for name in ledger.search]
    numbers = [field for field in ledger.record._meta.sorted_fields if isinstance(field, PersonalId)]
    found = [field.title for field in numbers if actor.may(field.reveal)]
    return "、".join([ledger.search_title or "、".join(titles), *found])


def _fields(ledger: Ledger, actor: Actor) -> list[dict[str, Any]]:
    form = ledger.form_fields()
    described = []
    for name, field in ledger.record._meta.fields.items():
        if not isinstance(field, Described) or field.internal or ledger.derived_named(name):
            continue
        if field.kind == "secret" and name not in form:
            continue
        about = field_json(name, field)
        about["readonly"] = field.readonly or name not in form
        if name == ledger.record.company_field and not about["readonly"] and isinstance(field, Link):
            about["default"] = _own_company(actor, field)
        described.append(about)
    return described + [_derived(item, form) for item in ledger.derived]


def field_json(name: str, field: Described) -> dict[str, Any]:
    """A column or a question of an action, as `Field`."""
    default = getattr(field, "default", None)
    about = _blank(name, field.title, field.kind) | {
        "required": field.required and not isinstance(field, Flag),
        "readonly": field.readonly,
        "create_only": field.create_only,
        "help": field.help or None,
        "default": None if default is None or callable(default) else field.plain(default),
    }
    about.update(field.describe())
    if isinstance(field, Lines):
        about["fields"] = [field_json(part, each) for part, each in field.parts.items()]
    about["unit"] = about["unit"] or None
    return about


def _blank(name: str, title: str, kind: str) -> dict[str, Any]:
    no = dict.fromkeys(("required", "readonly", "create_only", "masked"), False)
    empty = dict.fromkeys(("help", "max", "min", "unit", "default", "choices", "to"))
    return {"name": name, "title": title, "kind": kind, **no, **empty}


def _derived(item: Derived, form: list[str]) -> dict[str, Any]:
    about = (
        _blank(item.name, item.title, item.kind) if item.field is None else field_json(item.name, item.field)
    )
    about.update(
        title=item.title,
        kind=item.kind,
        required=item.required,
        readonly=not item.write or item.name not in form,
        create_only=item.create_only,
        beside=item.beside or None,
        help=item.help or about["help"],
        to=item.to or about["to"],
    )
    if item.warns:
        about["warns"] = True
    if item.choices:
        about["choices"] = [_choice(choice) for choice in item.choices]
    return about


def _choice(choice: Choice) -> dict[str, Any]:
    return {"value": choice.value, "title": choice.title, "tone": choice.tone, "by_hand": choice.by_hand}


def _own_company(actor: Actor, field: Link) -> dict[str, str] | None:
    row = field.rel_model.get_or_none(field.rel_model.id == actor.company_id) if actor.company_id else None
    return None if row is None else {"id": str(row.get_id()), "label": label_of(row, field.to)}


def _action(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "title": action.title,
        "where": action.where,
        "gives": action.gives,
        "tone": action.tone,
        "confirm": action.confirm or None,
        "fields": [field_json(name, field) for name, field in action.fields],
        "when": {name: list(values) for name, values in action.when.items()},
        "once": action.once,
    }
