"""Posts take effect after approval, in editions: those that are there are in force since they were written."""

from peewee import BigIntegerField, CharField, IntegerField, TextField

from models.migrations.steps import AddColumn, AddIndex, DropIndex, Moment, apply, take_back

STEPS = (
    AddColumn("post", "standing", CharField(max_length=40), fill="in_force"),
    AddColumn("post", "edition", IntegerField(), fill=1),
    AddColumn("post", "series", BigIntegerField(null=True, index=True)),
    AddColumn("post", "replaces", BigIntegerField(null=True, unique=True)),
    AddColumn("post", "why", TextField(null=True)),
    AddColumn("post", "in_force_at", Moment(null=True)),
    AddColumn("post", "ended_at", Moment(null=True)),
    AddColumn("post", "end_reason", TextField(null=True)),
    # The columns of a company stand in an index before the other one goes: what points at it needs one.
    AddIndex("post", ("company_id", "standing")),
    DropIndex("post", ("company_id", "name"), unique=True),
)


def up(migrator, db):
    """Posts that are there stay in use."""
    apply(migrator, db, STEPS)
    db.execute_sql("UPDATE post SET in_force_at = created_at")


def down(migrator, db):
    """Editions that are not in force stay as posts of their own, called by their number: names are unique again."""
    rows = db.execute_sql("SELECT id, name FROM post WHERE standing <> 'in_force'").fetchall()
    mark = db.param
    for row_id, name in rows:
        text = f"UPDATE post SET name = {mark} WHERE id = {mark}"
        db.execute_sql(text, (f"{name[:40]}（{row_id}）", row_id))
    take_back(migrator, db, STEPS)
