"""No identity number leaves by any way that somebody without the right can read (X11).

Numbers are put into every place where people put them, rightly or not; then everything is walked: every route that is
read, every list, form, job, sheet and file, the phone's routes, the database as it lies, and the log.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from openpyxl import Workbook
from tornado.web import Application

from handlers.web.operations import Route
from models.administration.accounts.actors import actor_for_token
from models.administration.records import Role
from models.administration.roles.grants import pack
from models.core.db.connection import database, in_transaction
from models.core.errors import AnbanError
from models.core.excel import export
from models.core.excel.imports import importing
from models.core.files import attachments
from models.core.jobs import jobs
from models.core.ledger import Ledger
from models.core.ledger.changes import editing
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.rows import shown_names
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.identifiers import hide_ids
from models.core.security.rights import Scope, all_rights
from models.hazards.ledgers import HAZARDS
from models.messages.records import Inbound
from models.messages.tell import Telling, tell
from models.organization.records import REVEAL_IDS, Company, Person
from models.personnel.ledgers import PERSONS
from server.logs import Hiding, without_ids
from tests.handlers.test_isolation import _member
from tests.models.hazards.grid_company import picture as picture_bytes
from tests.support.clock_in_plant import NUMBERS, Plant
from tests.support.doors import Call, Desk
from tests.support.two_companies import maker_for

TYPED = NUMBERS[3]  # nobody's file: somebody types it where it does not belong
FILED = NUMBERS[1]  # stands in a personnel file, as it should
SPELLINGS = (
    TYPED,
    f"{TYPED[:6]} {TYPED[6:14]} {TYPED[14:]}",
    TYPED.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)


def bare(data: bytes | str) -> str:
    """Text without what may stand between digits, half-width."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    wide = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return re.sub(r"(?<=[0-9])[ \u3000-](?=[0-9])", "", wide)


def unpacked(data: bytes) -> str:
    """A workbook's texts, or the file itself."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return bare(data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "\n".join(bare(book.read(name)) for name in book.namelist())


def holds_none(data: bytes | str, where: str) -> None:
    """Neither number is in it."""
    text = unpacked(data) if isinstance(data, bytes) else bare(data)
    for number in (TYPED, FILED):
        assert number not in text, f"{where} shows {hide_ids(number)}"


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def log() -> Iterator[list[str]]:
    """What the log says meanwhile, as it would be written."""
    found: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    def kept(logger: Any, method: str, event: Any) -> Any:
        found.append(repr(without_ids(logger, method, dict(event))))
        raise structlog.DropEvent

    handler = Keeping()
    handler.setFormatter(Hiding("%(message)s"))
    logging.getLogger().addHandler(handler)
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, kept], cache_logger_on_first_use=False
    )
    yield found
    structlog.configure(**before)
    logging.getLogger().removeHandler(handler)


def _blind(own: Company) -> tuple[str, Actor]:
    """Somebody with every right in the company but the one to see numbers whole: a console's token, and the actor."""
    grants = {right.name: Scope.COMPANY for right in all_rights() if right.name != REVEAL_IDS}
    Role.create(code="blind", name="看不到身份证号", grants=pack(grants))
    token = _member("blind", own)
    return token, actor_for_token(token, "console")


def _type_everywhere(actor: Actor, rows: dict[type[Record], Record], ledgers: list[Ledger]) -> int:
    """Somebody types the number into every text of every form; gives how many took it."""
    taken = 0
    for ledger in ledgers:
        row = rows.get(ledger.record)
        if row is None or ledger.rules.edit is None:
            continue
        for name in ledger.form_fields():
            if ledger.derived_named(name) is not None or ledger.field_named(name).kind not in (
                "text",
                "longtext",
            ):
                continue
            now = ledger.record.get_by_id(row.get_id())
            for spelling in SPELLINGS[: 1 + (taken % 3)]:
                try:
                    in_transaction(editing.edit, actor, ledger, row.get_id(), now.version, {name: spelling})
                    taken += 1
                    break
                except AnbanError as refused:
                    holds_none(repr(refused.fields), f"the refusal of {ledger.name}.{name}")
    return taken


def _import(actor: Actor, ledger: Ledger, name: str, content: bytes) -> jobs.Job:
    job = in_transaction(importing.start_check, actor, ledger, name, content)
    jobs.wait(job["id"])
    found: jobs.Job = jobs.Job.get_by_id(int(job["id"]))
    assert found.state == "done", found.error
    return found


def _said(rows: dict[type[Record], Record], own: Company) -> None:
    """The number comes in from a chat, and stands in a piece of news."""
    Inbound.create(
        platform="wecom", app_id=1, dedupe_key="a", kind="text", user_id="z", content={"Content": f"我是 {TYPED}"}
    )  # fmt: skip
    in_transaction(
        tell,
        Telling(
            company_id=own.id, kind="hazard.confirmed", subject_kind="hazard", subject_id=1, title=f"【x】{TYPED}",
            text=f"报告人 {TYPED}", card={"title": TYPED, "facts": [["谁", TYPED]]}, persons=[rows[Person].get_id()],
        ),
    )  # fmt: skip


def _addresses(
    routes: list[Route], rows: dict[type[Record], Record], more: dict[str, list[str]]
) -> Iterator[str]:
    """Every address that is read, for the rows that there are."""
    for route in routes:
        if "get" not in route.operations() or not route.path.startswith("/api/console/v1"):
            continue
        path = route.path.removeprefix("/api/console/v1")
        row = rows.get(route.ledger.record) if route.ledger is not None else None
        ids = [str(row.get_id())] if row is not None else more["jobs"] if "/jobs" in path else ["1"]
        for id_ in ids:
            for job in more["jobs"] if "{job}" in path else [""]:
                for file in more["files"] if "{attachment}" in path else [""]:
                    made = path.replace("{id}", id_).replace("{job}", job).replace("{attachment}", file)
                    yield re.sub(r"\{\w+\}", "1", made)


@pytest.mark.gen_test(timeout=180)
async def test_no_identity_number_leaves_by_any_way(
    plant: Plant, app: Application, desk: Callable[[], Desk], phone: Call, log: list[str], tmp_path: Path
) -> None:
    own = plant.units[0]
    rows = maker_for(plant, own, 1, "自家").rows()
    routes: list[Route] = app.settings["routes"]
    ledgers = list({route.ledger.name: route.ledger for route in routes if route.ledger is not None}.values())
    token, actor = _blind(own)
    assert _type_everywhere(actor, rows, ledgers) > 20, "or nothing was tried"
    heads = ("姓名", "身份证号", "联系电话", "是否添加账号")
    wrong = [
        (TYPED, TYPED, TYPED, TYPED),
        ("王大友", TYPED[:-1], TYPED, "是"),
        (f"赵{TYPED}", FILED, "13800000007", "否"),
    ]
    checks = [
        _import(actor, PERSONS, f"{TYPED}.xlsx", sheet(heads, *wrong)),
        _import(actor, PERSONS, "表.xlsx", sheet((*heads, TYPED), *wrong)),
        _import(
            actor,
            HAZARDS,
            "隐患.xlsx",
            sheet(("问题描述", "网格", "具体位置", "发现时间"), (TYPED, TYPED, TYPED, TYPED)),
        ),
    ]
    _said(rows, own)
    picture = in_transaction(
        attachments.add, actor, HAZARDS, rows[HAZARDS.record].get_id(), f"{TYPED}.png", picture_bytes()
    )
    logger = structlog.get_logger("test")
    logger.warning("odd", who=TYPED, deep={"a": [TYPED]})
    logging.getLogger("tornado.general").warning("odd %s", TYPED)

    console = desk()
    tried = await console("POST", "/session", json={"login": TYPED, "password": "x"})
    assert tried.status in (401, 422)
    console.cookies["anban_session"] = token
    more = {"jobs": [str(check.id) for check in checks], "files": [picture["id"]]}
    read = 0
    for path in _addresses(routes, rows, more):
        answer = await console("GET", path)
        assert answer.status < 500, (path, answer.body[:200])
        holds_none(answer.body, f"GET {path}")
        read += answer.status == 200
    assert read > 150, "or nothing was read"
    for ledger in ledgers:
        answer = await console("GET", f"/{ledger.name}?q={FILED}")
        holds_none(answer.body, f"{ledger.name} searched")
        if "export" in ledger.rights:
            names = [name for name in shown_names(ledger, detail=True) if _may_export(ledger, name)]
            target = io.BytesIO()
            query = ListQuery.parse(ledger, q="", filters={}, sort="")
            export.export(actor, ledger, query, names, target, lambda done, total: None)
            holds_none(target.getvalue(), f"the export of {ledger.name}")
    for route in routes:
        if route.path.startswith("/api/mp/v1") and "get" in route.operations():
            answer = await phone(
                "GET", re.sub(r"\{\w+\}", "1", route.path.removeprefix("/api/mp/v1")), token=plant.tokens[0]
            )
            assert answer.status < 500, (route.path, answer.body[:200])
            holds_none(answer.body, f"phone {route.path}")
    for table in database.get_tables():
        holds_none(repr(database.execute_sql(f"SELECT * FROM {table}").fetchall()), f"the table {table}")
    assert any("odd" in line for line in log)
    holds_none("\n".join(log), "the log")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            holds_none(path.read_bytes(), f"the file {path.parent.name}")


def _may_export(ledger: Ledger, name: str) -> bool:
    try:
        export.checked_columns(ledger, [name])
    except AnbanError:
        return False
    return True


@pytest.mark.gen_test(timeout=30)
async def test_who_has_the_right_sees_it_and_the_walk_would_have_noticed(
    plant: Plant, app: Application, desk: Callable[[], Desk]
) -> None:
    person = plant.person(1, plant.units[0])
    console = desk()
    console.cookies["anban_session"] = _member("company_administrator", plant.units[0])
    answer = await console("GET", f"/persons/{person.id}")
    with pytest.raises(AssertionError, match="shows"):
        holds_none(answer.body, "the page")
    listed = await console("GET", "/persons")
    holds_none(listed.body, "the list")


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_found(text: str) -> None:
    assert hide_ids(f"伤者{text}。") == f"伤者{hide_ids(TYPED)}。"
