"""Certificates keep the versions of the rules they were judged by, major hazards the words of their criterion (X06)."""

from peewee import CharField, SqliteDatabase, TextField
from playhouse.migrate import migrate

_BOTH = {"certificate": "rules", "hazard": "criterion_said"}


def up(migrator, db):
    """By which version a certificate that is there was judged nobody knows; a hazard's criterion is as it is now."""
    migrate(
        migrator.add_column("certificate", "rules", TextField(null=True)),
        migrator.add_column("hazard", "criterion_said", CharField(max_length=500, null=True)),
    )
    rows = db.execute_sql(
        "SELECT id, code, title, source, article, confirmed FROM major_criterion"
        " WHERE id IN (SELECT DISTINCT criterion_id FROM hazard WHERE criterion_id IS NOT NULL)"
    )
    for key, code, title, source, article, confirmed in rows.fetchall():
        line = f"{source or ''} {article or ''}".strip()
        basis = line if confirmed or not line else f"{line}（待核对）"
        db.execute_sql(
            f"UPDATE hazard SET criterion_said = {db.param} WHERE criterion_id = {db.param}",
            (f"{title} · {basis or code}"[:500], key),
        )


def down(migrator, db):
    """Forget them. On SQLite in place, as in 0006."""
    for table, name in _BOTH.items():
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
        else:
            migrate(migrator.drop_column(table, name))
