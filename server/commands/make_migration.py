"""`anban make-migration`: the frame of a migration from the difference between records and schema."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click
from peewee import Database, DatabaseError

from models.core.db import connection
from models.core.db.schema import Schema, build_from_records, read_schema
from models.migrations.differences import Differences, differences
from models.migrations.frame import write_frame
from models.migrations.tables import all_records
from server.settings import Settings


@click.command("make-migration")
@click.argument("name")
@click.option("--number", type=click.IntRange(1, 9999), help="Its number (default: the next free one).")
def make_migration(name: str, number: int | None) -> None:
    """Write the migration from the newest one to what the records ask for now.

    Compares two databases of its own, empty ones, and touches no data: on SQLite, or on the server of
    ANBAN_DATABASE_URL, which knows more types of columns apart.
    """
    try:
        with empty_databases(Settings().database_url) as new:
            found = compare(new)
        if not found:
            click.echo("Records and schema agree: nothing to write.")
            return
        path = write_frame(connection.MIGRATIONS, name, found, number)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Written: {path}")
    for said in found.by_hand:
        click.echo(f"To be written by hand: {said}")
    click.echo("Read it, fill in what it asks for, and run `anban migrate` (docs/guides/add-a-migration.md).")


def compare(new: Callable[[], str]) -> Differences:
    """What lies between all migrations and all records; `new` gives the address of one more empty database."""
    records = all_records()
    made = _schema(new(), lambda opened: connection.migrate())
    asked = _schema(new(), lambda opened: build_from_records(opened, records))
    return differences(made, asked, {record._meta.table_name: record for record in records})


def _schema(url: str, build: Callable[[Database], object]) -> Schema:
    opened = connection.open_database(url)
    try:
        with opened.connection_context():
            build(opened)
        with opened.connection_context():
            return read_schema(opened)
    finally:
        connection.close_database()


@contextlib.contextmanager
def empty_databases(url: str) -> Iterator[Callable[[], str]]:
    """A function that gives addresses of empty databases on the engine of `url`; they are gone after the block.

    Raises click.ClickException where the server does not let its account make databases.
    """
    if url.startswith("sqlite:"):
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no commit of theirs needs a disk
        folder = Path(tempfile.mkdtemp(prefix="anban-schema-", dir=memory))
        try:
            yield lambda: f"sqlite:///{folder}/{uuid.uuid4().hex}.db"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    names: list[str] = []

    def make() -> str:
        names.append(f"anban_schema_{uuid.uuid4().hex[:12]}")
        _on_server(url, f"CREATE DATABASE `{names[-1]}` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        parts = urlsplit(url)
        return urlunsplit(parts._replace(path=f"/{names[-1]}"))

    try:
        yield make
    finally:
        for name in names:
            _on_server(url, f"DROP DATABASE IF EXISTS `{name}`")


def _on_server(url: str, statement: str) -> None:
    opened = connection.open_database(url)
    try:
        with opened.connection_context():
            opened.execute_sql(statement)
    except DatabaseError as error:
        raise click.ClickException(
            f"the account of ANBAN_DATABASE_URL may not make databases to compare with ({error});"
            " leave the setting out to compare on SQLite"
        ) from None
    finally:
        connection.close_database()
