"""Equipment asks for what a text gives it, and words for nothing are nothing (Q02, Q13).

Rows of the standard tables that somebody changed stay as they are.
"""

_CRANES = "40,41,42,43,44,47,48,49"
# Code, what stood there, what stands there now.
_TYPES = (
    ("N1", "50,51", "51"), ("N2", "50,52", "52"), ("Q1", "4", _CRANES), ("Q2", "4", _CRANES),
)  # fmt: skip
_USES = (("G1", "industrial"), ("G2", "power"))
_NOTHING = (
    "无",
    "/",
    "-",
    "—",
    "——",
    "--",
    "不限",
    "无限制",
    "不限制",
    "暂无",
    "空",
    "没有",
    "N/A",
    "／",
    "－",
    "\\",
)
_OPTIONAL = (
    ("certificate", "limits"),
    ("equipment", "code"),
    ("equipment", "register_code"),
    ("equipment", "use_cert_no"),
)


def up(migrator, db):
    """What is derived of the rows is worked out anew for the types that the change touches."""
    for code, old, new in _TYPES:
        _set_types(db, code, old, new)
    for code, use in _USES:
        _run(
            db, "UPDATE operator_code SET boiler_use = ? WHERE code = ? AND equipment_types = '1'", use, code
        )
    _run(
        db,
        "UPDATE equipment SET required_codes = '', mode = 'none' WHERE operator_codes IS NULL AND type_id IN"
        " (SELECT id FROM equipment_type WHERE code IN ('5000', '4A00', '4D00'))",
    )
    marks = ", ".join("?" * len(_NOTHING))
    for table, column in _OPTIONAL:
        _run(db, f"UPDATE {table} SET {column} = NULL WHERE {column} IN ({marks})", *_NOTHING)


def down(migrator, db):
    """The rows of the table as they were; equipment follows at the next change of a code."""
    for code, old, new in _TYPES:
        _set_types(db, code, new, old)


def _set_types(db, code, old, new):
    _run(
        db,
        "UPDATE operator_code SET equipment_types = ? WHERE code = ? AND equipment_types = ?",
        new,
        code,
        old,
    )


def _run(db, sql, *values):
    db.execute_sql(sql.replace("?", db.param), values)
