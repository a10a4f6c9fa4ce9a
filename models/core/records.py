"""The base of all tables: ids, versions, ownership, and changes of state that only one can win."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from peewee import BigAutoField, IntegerField, Model

from models.core import clock
from models.core.db.connection import database
from models.core.db.peewee_parts import is_as_stored
from models.core.db.row_watch import WatchedDelete, WatchedInsert, WatchedUpdate
from models.core.db.writes import change_rows
from models.core.errors import Conflict, NotFound
from models.core.fields import Moment, PersonalId, SortKey, Text
from models.core.fields.sub_rows import SubRows, WithSubRows
from models.core.fields.unreadable import Unreadable
from models.core.row_ids import known_id
from models.core.security import crypto
from models.core.security.actor import Actor


class Base(Model, metaclass=WithSubRows):
    """A table of the house. Plain rows that nobody edits by hand derive from this.

    `sub_rows` are what a record keeps in tables of its own (`People`, `Many`, `Lines`), by name. `watched` names who counts
    its rows as they change (`module:NAME`, see `models.core.db.row_watch`).
    """

    sub_rows: ClassVar[dict[str, SubRows]] = {}
    watched: ClassVar[str] = ""

    id = BigAutoField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def insert(cls, *args: Any, **values: Any) -> Any:
        """A query that inserts a row, told to the watcher of the record."""
        made = super().insert(*args, **values)
        if cls.watched:
            made.__class__ = WatchedInsert
            key = cls._meta.primary_key
            given = {
                getattr(one, "name", one): value
                for one, value in {**(args[0] if args else {}), **values}.items()
            }
            made.key = given.get(key.name)
        return made

    @classmethod
    def insert_many(cls, *args: Any, **options: Any) -> Any:
        """A query that inserts rows; of a watched record by `models.core.db.writes` alone, which knows their ids."""
        made = super().insert_many(*args, **options)
        if cls.watched:
            made.__class__ = WatchedInsert
        return made

    @classmethod
    def update(cls, *args: Any, **values: Any) -> Any:
        """A query that changes rows, told to the watcher of the record."""
        made = super().update(*args, **values)
        if cls.watched:
            given = [*(args[0] if args and args[0] else ()), *values]
            made.__class__ = WatchedUpdate
            made.named = [cls._meta.combined[getattr(one, "name", one)].name for one in given]
        return made

    @classmethod
    def delete(cls) -> Any:
        """A query that deletes rows, told to the watcher of the record."""
        made = super().delete()
        if cls.watched:
            made.__class__ = WatchedDelete
        return made


class Record(Base):
    """A row that people see and edit.

    Who owns it is declared by name: `company_field`, `site_field`, `department_field`, `self_field` are the
    columns that the scopes of a right are measured by (None: the record knows no such level);
    `self_is` says whether `self_field` holds a person's file or an account. With `shared_when_no_company`
    a row without a company belongs to everybody (built-in roles).
    """

    company_field: ClassVar[str | None] = "company"
    site_field: ClassVar[str | None] = None
    department_field: ClassVar[str | None] = None
    self_field: ClassVar[str | None] = None
    self_is: ClassVar[str] = "person"
    shared_when_no_company: ClassVar[bool] = False
    transitions: ClassVar[Transitions | None] = None

    version = IntegerField(default=1)
    created_at: Any = Moment("登记时间", readonly=True, required=True, default=clock.now)
    updated_at: Any = Moment("修改时间", readonly=True, required=True, default=clock.now)

    @classmethod
    def scope_field(cls, level: str) -> Any:
        """The column that `level` (company, site, department, self) is measured by, or None."""
        name = getattr(cls, f"{level}_field")
        return None if name is None else getattr(cls, name)

    def scope_value(self, level: str) -> Any:
        """This row's id at `level`, or None."""
        field = type(self).scope_field(level)
        return None if field is None else self.__data__.get(field.name)

    @classmethod
    def in_use_at(cls, company: int | None) -> Any:
        """The condition of the rows that hold at a company: its own, and those that belong to everybody."""
        column = cls.scope_field("company")
        return column.is_null() | (column == company)

    @classmethod
    def find(cls, actor: Actor, right: str, record_id: int | str, *, write: str = "") -> Self:
        """The row, if the actor may see it by `right` (and do `write` to it).

        Raises NotFound for a row that is not there or not for this actor, Forbidden without the right.
        """
        actor.require(right)
        found = cls.get_or_none(cls._meta.primary_key == known_id(record_id))
        if found is None or not found.visible_to(actor):
            raise NotFound()
        actor.require(right, found)
        if write:
            actor.require(write, found)
        return found

    def visible_to(self, actor: Actor) -> bool:
        """Whether there is such a row for the actor at all, where a right alone does not say it: a draft of others."""
        return True

    def save(self, *args: Any, **kwargs: Any) -> int:
        """Write the row; the keyed hash of an ID number follows the number, what a name is sorted by the name."""
        only = kwargs.get("only")
        names = None if only is None else {getattr(one, "name", one) for one in only}
        for name, key in sort_keys(type(self)).items():
            if names is None or name in names:
                setattr(self, key.name, key.key_of(self.__data__.get(name)))
                if only is not None:
                    kwargs["only"] = [*kwargs["only"], key.name]
        for field in self._meta.sorted_fields:
            if isinstance(field, PersonalId) and field in self.dirty_fields:
                number = getattr(self, field.name)
                if not isinstance(number, Unreadable):
                    setattr(self, field.hashed_as, crypto.hash_id_number(number) if number else None)
        return super().save(*args, **kwargs)

    def change(self, **values: Any) -> Self:
        """Write `values` if nobody has changed the row since it was read; raises Conflict otherwise."""
        for name, value in values.items():
            setattr(self, name, value)
        return self._guarded_save(None, list(values))

    def move(self, name: str, actor: Actor, **values: Any) -> Self:
        """Make the transition `name` of the record's table, with `values` written along.

        Raises Forbidden without the transition's right, Conflict if the row is not (any more) in a state
        that it starts from or was changed meanwhile.
        """
        table = type(self).transitions
        assert table is not None, f"{type(self).__name__} has no transition table"
        transition = table.named(name)
        actor.require(transition.right, self)
        state = getattr(self, table.field)
        if state not in transition.start or (transition.condition and not transition.condition(self)):
            raise Conflict(
                f"现在不能{transition.title}",
                code="wrong_state",
                cause=f"它现在是“{table.title_of(self)}”",
                advice="请刷新后按现在的状态处理",
                details={"state": state},
            )
        setattr(self, table.field, transition.to)
        for key, value in values.items():
            setattr(self, key, value)
        return self._guarded_save((table.field, state), [table.field, *values])

    def _guarded_save(self, state: tuple[str, str] | None, names: list[str]) -> Self:
        cls = type(self)
        known = self.version
        self.version = known + 1
        self.updated_at = clock.now()
        for field in self._meta.sorted_fields:
            if isinstance(field, PersonalId) and field.name in names:
                number = getattr(self, field.name)
                if isinstance(number, Unreadable):
                    continue  # it stays as it is, and so does its hash
                setattr(self, field.hashed_as, crypto.hash_id_number(number) if number else None)
                names = [*names, field.hashed_as]
        for name, key in sort_keys(cls).items():
            if name in names:
                setattr(self, key.name, key.key_of(self.__data__.get(name)))
                names = [*names, key.name]
        wanted = [cls._meta.fields[name] for name in (*names, "version", "updated_at")]
        data = {field.name: self.__data__.get(field.name) for field in wanted}
        where = {
            cls._meta.primary_key.name: self.get_id(),
            "version": known,
            **dict((state,) if state else ()),
        }
        if change_rows(cls, data, **where) != 1:
            raise changed_meanwhile()
        is_as_stored(self)
        return self


_sort_keys: dict[type[Model], dict[str, SortKey]] = {}


def sort_keys(record: type[Model]) -> dict[str, SortKey]:
    """What the names of a record are sorted by: the key's column by the name's."""
    if record not in _sort_keys:
        fields = record._meta.fields
        _sort_keys[record] = {
            name: fields[field.sorted_as]
            for name, field in fields.items()
            if isinstance(field, Text) and field.sorted_as
        }
    return _sort_keys[record]


def changed_meanwhile() -> Conflict:
    """The refusal for a row that somebody else changed in between."""
    return Conflict(
        "这条记录刚被别人改过",
        code="changed_meanwhile",
        cause="您打开之后，另有人保存了修改",
        advice="请对照现在的内容，再决定保留哪一份",
    )


@dataclass(frozen=True)
class Transition:
    """One permitted change of state. `title` is the verb that a button and a refusal use."""

    name: str
    title: str
    start: tuple[str, ...]
    to: str
    right: str
    condition: Callable[[Any], bool] | None = None


class Transitions:
    """A record's transition table, as data: the state column and every permitted change."""

    def __init__(self, field: str, items: Iterable[Transition]) -> None:
        self.field = field
        self.items = tuple(items)
        self._by_name = {item.name: item for item in self.items}

    def named(self, name: str) -> Transition:
        """The transition called `name`."""
        return self._by_name[name]

    def title_of(self, record: Record) -> str:
        """The words for the record's present state."""
        column = type(record)._meta.fields[self.field]
        return column.title_of(getattr(record, self.field))
