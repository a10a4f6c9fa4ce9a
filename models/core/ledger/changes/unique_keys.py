"""What a database says when a key is taken, made into a sentence at the field that a person can change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError

from models.core.db.peewee_parts import indexes_of
from models.core.errors import AnbanError, Conflict, Invalid
from models.core.fields import Described, Link, PersonalId
from models.core.ledger.declaration import Ledger

_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")
_MYSQL = re.compile(r"Duplicate entry .* for key '([^']+)'", re.DOTALL)


def taken_columns(ledger: Ledger, error: IntegrityError) -> list[Any]:
    """The columns of the record's unique key that `error` is about; none if it is about something else."""
    text = str(error)
    record = ledger.record
    by_column = {field.column_name: field for field in record._meta.sorted_fields}
    found = _SQLITE.search(text)
    if found:
        parts = [part.strip().partition(".") for part in found[1].split(",")]
        if any(table != record._meta.table_name for table, _, _ in parts):
            return []
        return [by_column[column] for _, _, column in parts]
    found = _MYSQL.search(text)
    if not found:
        return []
    key = found[1].rpartition(".")[2]
    for index in indexes_of(record):
        if index.unique and index.name == key:
            return list(index.columns)
    return []


def refusal(ledger: Ledger, error: IntegrityError, values: Mapping[str, Any]) -> AnbanError:
    """What to raise instead of `error`, which came while `values` were written."""
    columns = taken_columns(ledger, error)
    name = _field_to_change(ledger, columns)
    if name is not None:
        field = ledger.record._meta.fields[name]
        return Invalid(
            code="already_there", fields={name: _sentence(ledger, columns, field, values.get(name))}
        )
    if "FOREIGN KEY" in str(error).upper():
        return Conflict("引用的内容刚被删除", code="reference_gone", advice="请刷新后重新选择")
    if "UNIQUE" in str(error) or "Duplicate entry" in str(error):
        return Conflict(
            "已经有相同的记录",
            code="already_there",
            cause="同样的内容已经登记过",
            advice="请在列表中搜索，在原来的记录上修改",
        )
    return Conflict("没有保存成功", code="not_saved", cause="内容不完整或前后矛盾", advice="请检查后再提交")


def _field_to_change(ledger: Ledger, columns: list[Any]) -> str | None:
    """The form's field that stands for the key: what is written rather than picked, and never the company."""
    hidden = {
        item.hashed_as: item.name
        for item in ledger.record._meta.sorted_fields
        if isinstance(item, PersonalId)
    }
    names = [hidden.get(column.name, column.name) for column in columns]
    form = ledger.form_fields()
    candidates = [name for name in names if name in form and name != ledger.record.company_field]
    written = [name for name in candidates if not isinstance(ledger.record._meta.fields[name], Link)]
    return next(iter([*written, *candidates]), None)


def _sentence(ledger: Ledger, columns: list[Any], field: Any, value: Any) -> str:
    others = [column.title for column in columns if isinstance(column, Described) and column is not field]
    within = f"同一{'、'.join(others)}下" if others else ""
    what = "" if value is None or isinstance(field, PersonalId) else f"“{str(value)[:30]}”"
    return f"{within}已经有这个{field.title}{what}，请核对，或在原来的记录上修改"
