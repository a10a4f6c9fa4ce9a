"""Inspection periods are rules with versions now, no column of the catalogue; 已核对原文 is cleared where nobody set it.

The program marked 14 operator codes as compared with the text of TSG Z6001, which nobody had done. Rows that somebody
edited since keep the mark: it may be theirs.
"""

from datetime import UTC, datetime
from hashlib import sha256

import orjson
from peewee import IntegerField, SqliteDatabase
from playhouse.migrate import migrate

_NOTE = "从设备种类里改过的检验周期"
_BASIS = "各类特种设备的安全技术规范"
_KNOWN = {
    "1000": (12, "安全技术规范（外部检验）"),
    "2100": (36, "安全技术规范（首次检验；以后按安全状况等级）"),
    "3000": (12, "安全技术规范（TSG T7001-2023 按周期分档）"),
    "4000": (24, "安全技术规范（吊运熔融金属、塔式、升降机等为 12 个月）"),
    "4300": (12, "安全技术规范"),
    "4800": (12, "安全技术规范"),
    "5100": (24, "TSG 81-2022 第 4.2.1.2 条"),
    "5200": (12, "TSG 81-2022"),
    "6000": (12, "安全技术规范"),
    "9000": (36, "安全技术规范（全面检验；年度检验为 12 个月）"),
}


def up(migrator, db):
    """Periods that somebody changed become the first version of the rules; then the column goes."""
    found = dict(
        db.execute_sql(
            "SELECT code, inspection_months FROM equipment_type WHERE inspection_months IS NOT NULL"
        ).fetchall()
    )
    there = {row[0] for row in db.execute_sql("SELECT code FROM equipment_type").fetchall()}
    rows = {code: months for code, (months, _) in _KNOWN.items() if code not in there} | found
    if rows != {code: months for code, (months, _) in _KNOWN.items()}:
        _keep(db, rows)
    db.execute_sql("UPDATE operator_code SET confirmed = 0 WHERE version = 1")
    if isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE "equipment_type" DROP COLUMN "inspection_months"')
    else:
        migrate(migrator.drop_column("equipment_type", "inspection_months"))


def _keep(db, rows):
    lines = [
        {
            "type": code,
            "months": months,
            "note": _KNOWN[code][1] if _KNOWN.get(code, (0,))[0] == months else "本系统里改过",
        }
        for code, months in sorted(rows.items())
    ]
    content = {"periods": {"basis": _BASIS, "article": "", "rows": lines}}
    digest = sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    now = datetime.now(UTC).replace(tzinfo=None)
    mark = "?" if isinstance(db, SqliteDatabase) else "%s"
    names = "version, created_at, updated_at, book, number, valid_from, content, digest, own, origin, note"
    db.execute_sql(
        f"INSERT INTO rule_version ({names}) VALUES ({', '.join([mark] * 11)})",
        (1, now, now, "inspections", 1, now.date(), orjson.dumps(content).decode(), digest, '["periods"]',
         "console", _NOTE),
    )  # fmt: skip


def down(migrator, db):
    """The column is there again, with what the program knew."""
    migrate(migrator.add_column("equipment_type", "inspection_months", IntegerField(null=True)))
    db.execute_sql(f"DELETE FROM rule_version WHERE book = 'inspections' AND note = '{_NOTE}'")
    for code, (months, _) in _KNOWN.items():
        db.execute_sql(f"UPDATE equipment_type SET inspection_months = {months} WHERE code = '{code}'")
