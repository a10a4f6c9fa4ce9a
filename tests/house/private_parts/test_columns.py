"""Columns are written into statements by our own function (`peewee_parts.column_in`): as Peewee writes them, to the letter."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from peewee import (
    EXCLUDED,
    Case,
    CharField,
    Field,
    ForeignKeyField,
    Model,
    MySQLDatabase,
    SqliteDatabase,
    fn,
)

from models.core.db import peewee_parts


class Tool(Model):
    """A record as ours are."""

    name = CharField()
    code = CharField(index=True)

    class Meta:
        indexes = ((("name", "code"), True),)


class Odd(Model):
    """A record whose names must be escaped, whichever quotes an engine has."""

    quoted = CharField(column_name='so"na`med')
    tool = ForeignKeyField(Tool, backref="odd")

    class Meta:
        table_name = 'od"d`s'


def _asked() -> Iterator[Any]:
    other = Tool.alias()
    inner = Tool.select(fn.MAX(Tool.name).alias("most")).group_by(Tool.code)
    chain = Tool.select(Tool.id, Tool.code).cte("chain", recursive=True)
    yield Tool.select()
    yield Tool.select(Tool.name.alias("n"), fn.COUNT(Tool.id)).where(
        (Tool.name == "a") | Tool.code.in_(["b", "c"])
    )
    yield Tool.select(Tool, Odd).join(Odd).where(Odd.quoted == "x").order_by(Tool.code.desc(), Odd.quoted)
    yield Tool.select(Tool, other).join(other, on=(other.code == Tool.code)).where(other.name != Tool.name)
    yield Tool.select().where(Tool.id.in_(Odd.select(Odd.tool).where(Odd.tool == Tool.id)))
    yield Tool.select().where(fn.EXISTS(Odd.select().where(Odd.tool == Tool.id))).limit(3)
    yield Tool.select(inner.c.most).from_(inner).join(Tool, on=(Tool.name == inner.c.most))
    yield Tool.select(Tool.name) | Tool.select(Tool.code).where(Tool.code > "a")
    yield Tool.select(Case(None, [(Tool.name == "a", Tool.code)], Tool.name)).distinct()
    yield Tool.select(fn.ROW_NUMBER().over(partition_by=[Tool.code], order_by=[Tool.name]))
    yield Tool.select().group_by(Tool.code).having(fn.COUNT(Tool.id) > 1)
    yield Tool.select(Tool, chain.c.code).join(chain, on=(chain.c.id == Tool.id)).with_cte(chain)
    yield Odd.select()


def _written() -> Iterator[Any]:
    yield Tool.insert(name="a", code="b")
    yield Tool.insert_many([{"name": "a", "code": "b"}, {"name": "c", "code": "d"}])
    yield Tool.insert_from(Tool.select(Tool.code, Tool.name), (Tool.name, Tool.code))
    yield Odd.insert(quoted="a", tool=1)
    yield Tool.update(name=Tool.code.concat("x")).where(Tool.id == 1)
    yield Tool.update(name=Tool.select(fn.MAX(Tool.code)))
    yield Odd.update({Odd.quoted: "b"}).where(Odd.quoted != Odd.tool)
    yield Tool.delete().where(Tool.name << ["a", "b"])
    yield Odd.delete().where(Odd.quoted == "a")


def _statements(database: Any) -> list[tuple[str, list[Any]]]:
    """Every kind of place where a column may stand, as the engine of `database` gets it."""
    queries = [*_asked(), *_written()]
    if isinstance(database, SqliteDatabase):
        where = Tool.name != "z"
        queries.append(
            Tool.insert(name="a", code="b").on_conflict(
                conflict_target=[Tool.code],
                preserve=[Tool.name],
                update={Tool.code: EXCLUDED.code},
                where=where,
            )
        )
    else:
        queries.append(
            Odd.insert(quoted="a", tool=1).on_conflict(preserve=[Odd.quoted], update={Odd.tool: Odd.tool + 1})
        )
    queries += [index for record in (Tool, Odd) for index in record._meta.fields_to_index()]
    with database.bind_ctx([Tool, Odd]):
        return [database.get_sql_context().sql(query).query() for query in queries]


@pytest.mark.parametrize(
    "database", [SqliteDatabase(":memory:"), MySQLDatabase("nowhere")], ids=["sqlite", "mysql"]
)
def test_a_column_is_written_as_peewee_writes_it(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Field.__sql__ is peewee_parts.column_in, "columns are not written by our function"
    ours = _statements(database)
    monkeypatch.setattr(Field, "__sql__", peewee_parts._built_by_peewee)
    assert ours == _statements(database)


def test_peewee_still_writes_a_field_by_its_column_alone() -> None:
    source = inspect.getsource(peewee_parts._built_by_peewee)
    assert source.split() == ["def", "__sql__(self,", "ctx):", "return", "ctx.sql(self.column)"], (
        "Field.__sql__ of Peewee does something new: look whether peewee_parts.column_in has to do it, too"
    )
