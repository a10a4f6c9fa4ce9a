"""Identity numbers in texts that were kept before they were masked on the way in: messages, histories, results of jobs (X11).

What was written since is masked already, so this finds nothing twice. Lines of sealed logs are sealed anew where they
were as they had been sealed; where somebody had changed them, that is found as before.
"""

import orjson
import structlog
from peewee import IntegrityError, SqliteDatabase

log = structlog.get_logger("migrations")
_PART = 500
#: What people type or read, by table. Numbers of certificates, and with them clock-ins, were masked from the first.
_TEXTS = {
    "message": ("title", "text", "card"),
    "change_log": ("changes",), "access_log": ("subject",), "sign_in": ("login",),
    "job": ("title", "upload_name", "file_name", "result", "error"),
    "attachment": ("name",), "inbound": ("content", "result"), "outbox": ("payload",), "escalation": ("stopped_why",),
    "flow_case": ("title", "outcome"), "case_event": ("comment", "detail"), "case_step": ("added",),
    "task": ("title", "text", "comment", "values"), "errand": ("result", "values"),
    "given_task": ("title", "text", "form"), "follow": ("title",), "proxy": ("reason",),
    "accident": ("what", "place", "measures", "closing"), "accident_version": ("facts", "changed", "note"),
    "accident_duty": ("title", "to_whom", "done_by", "note"),
    "hazard": (
        "what", "place", "category", "reason", "measures", "duty_note", "funds", "plan_note", "result", "review_note",
    ),
    "hazard_source": ("name", "description"), "extension": ("reason",), "grid_node": ("name", "note"),
    "binding": ("reason", "note"), "person": ("job_number", "note"),
    "equipment": ("name", "model", "location", "exempt_reason"),
    "investment_plan": ("name", "note"), "investment_item": ("name", "note"), "point": ("why",),
    "post": ("name", "duties"), "post_work": ("name", "text", "target"),
}  # fmt: skip
#: Seventeen digits with little between them: what looks like one is looked at closely.
_LOOKS_LIKE = "([0-9０-９][^0-9０-９]{0,2}){16}[0-9０-９]"
#: These may be of megabytes, and are few: every one is looked at.
_LARGE = {("job", "result"), ("job", "error")}


def up(migrator, db):
    """Table by table, in parts."""
    from models.administration.logs.retention import SEALED
    from models.core.logs.sealing import rewritten

    sealed = {record._meta.table_name: record for record in SEALED}
    for table, columns in _TEXTS.items():
        there = {column.name for column in db.get_columns(table)}
        wanted = [name for name in columns if name in there]
        if table in sealed:
            lines = dict(_found(db, table, wanted))
            rewritten(sealed[table], lines, lambda key, values, table=table: _write(db, table, key, values))
            continue
        for key, values in _found(db, table, wanted):
            _write(db, table, key, values)


def down(migrator, db):
    """What was masked is gone, and shall be."""


def _found(db, table, columns):
    """(id, new values by column) of each row that holds a number."""
    quoted = [f"`{name}`" for name in columns]
    long = "LENGTH" if isinstance(db, SqliteDatabase) else "CHAR_LENGTH"
    tests = [
        f"{long}({name}) >= 18" if (table, bare) in _LARGE else f"{name} REGEXP {db.param}"
        for name, bare in zip(quoted, columns, strict=True)
    ]
    given = [_LOOKS_LIKE for bare in columns if (table, bare) not in _LARGE]
    sql = (
        f"SELECT id, {', '.join(quoted)} FROM `{table}` WHERE id > {db.param} AND ({' OR '.join(tests)})"
        f" ORDER BY id LIMIT {_PART}"
    )
    last = 0
    while rows := db.execute_sql(sql, (last, *given)).fetchall():
        for key, *texts in rows:
            values = {name: masked(text) for name, text in zip(columns, texts, strict=True) if text}
            new = {
                name: values[name]
                for name, text in zip(columns, texts, strict=True)
                if text and values[name] != text
            }
            if new:
                yield key, new
        last = rows[-1][0]


def masked(text):
    """A text, or JSON as a text, without identity numbers; JSON that holds none stays as it was written."""
    from models.core.security.identifiers import hide_ids, hide_ids_in

    if text[:1] in "{[":
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return hide_ids(text)
        hidden = hide_ids_in(value)
        return text if hidden == value else orjson.dumps(hidden).decode()
    return hide_ids(text)


def _write(db, table, key, values):
    named = ", ".join(f"`{name}` = {db.param}" for name in values)
    try:
        with db.atomic():
            db.execute_sql(f"UPDATE `{table}` SET {named} WHERE id = {db.param}", (*values.values(), key))
    except IntegrityError:  # a name that is the same as another once it is masked: shown masked all the same
        log.warning("number_left_in_text", table=table, row=key, columns=list(values))
