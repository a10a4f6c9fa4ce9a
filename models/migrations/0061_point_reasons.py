"""Points say what they were given for, and where their person worked then: points of other things than hazards come."""

from peewee import CharField

from models.migrations.steps import AddColumn, Reference, apply, take_back

STEPS = (
    AddColumn("point", "site_id", Reference("company", null=True)),
    AddColumn("point", "department_id", Reference("company", null=True)),
    AddColumn("point", "what", CharField(max_length=40, null=True)),
)


#: The reason stands in the key; where somebody worked then nobody knows any more, so they have what they have now.
_FILL = (
    "UPDATE `point` SET what = SUBSTR(once_key, 1, INSTR(once_key, ':') - 1),"
    " site_id = (SELECT p.site_id FROM person p WHERE p.id = `point`.person_id),"
    " department_id = (SELECT p.department_id FROM person p WHERE p.id = `point`.person_id)"
)


def up(migrator, db):
    """Points that are there get their reason, and the site and department that their person has now."""
    apply(migrator, db, STEPS)
    db.execute_sql(_FILL)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
