"""The logs: what is written, who reads, what a change of a line leaves behind, how long it is kept (J05)."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import models
from models.administration.accounts.accounts import edit_user
from models.administration.accounts.actors import actor_for_account
from models.administration.logs import retention
from models.administration.logs.ledgers import CHANGES, LOGS, LOOKS, SIGN_INS
from models.administration.records import Session, SignIn
from models.administration.sign_in.device_names import device_name
from models.administration.sign_in.sign_in import sign_in
from models.core.chapters import all_acts
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden
from models.core.excel import export
from models.core.history import Change
from models.core.jobs import jobs
from models.core.ledger.changes import editing
from models.core.ledger.changes.trail import history_json
from models.core.ledger.changes.trail_words import act_title
from models.core.ledger.declaration import all_ledgers
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.logs import access, origin, sealing
from models.core.logs.access import Access, count_refusal, note_read, write_refusals
from models.core.logs.sealing import Seal
from models.organization.records import Person
from models.personnel.ledgers import PERSONS
from tests.models.administration.conftest import GOOD, House

LOGIN = "13800000001"


@pytest.fixture
def auditor(house: House) -> Any:
    return actor_for_account(
        house.account("audit", role="audit_administrator", company=house.group), "console"
    )


def rows(who: Any, ledger: Any, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list_rows(who, ledger, ListQuery.parse(ledger, **asked))["items"]
    return found


def tries(house: House) -> None:
    """One right and one wrong sign-in, and one of nobody."""
    house.account()
    sign_in(LOGIN, GOOD, door="phone", address="10.0.0.7", device="P30")
    for login in (LOGIN, "nobody"):
        with pytest.raises(AnbanError):
            sign_in(login, "wrong", door="console", address="10.0.0.8")


def test_sign_ins_have_a_viewer(house: House, auditor: Any) -> None:
    tries(house)
    told = [
        (row["values"]["login"], row["values"]["outcome"], row["values"]["address"])
        for row in rows(auditor, SIGN_INS)
    ]
    assert told == [
        ("nobody", "wrong_password", "10.0.0.8"),
        (LOGIN, "wrong_password", "10.0.0.8"),
        (LOGIN, "ok", "10.0.0.7"),
    ]
    account = SignIn.get(SignIn.outcome == "ok").account_id
    assert len(rows(auditor, SIGN_INS, filters={"account": [str(account)]})) == 2
    assert len(rows(auditor, SIGN_INS, filters={"outcome": ["ok"], "address": ["10.0.0.7"]})) == 1
    assert rows(auditor, SIGN_INS, filters={"at": {"from": "2020-01-01", "to": "2020-01-02"}}) == []


def test_what_a_try_may_end_with_has_words() -> None:
    """Every code that stands in the log is named for people."""
    known = {choice.value for choice in SignIn._meta.fields["outcome"].options}
    assert known >= {
        "ok", "wrong_password", "account_locked", "account_disabled", "second_factor_required", "wrong_code",
        "second_factor_locked", "first_password_used", "first_password_expired", "sprayed",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["company_administrator", "group_safety", "supervisor", "system_administrator",
                                  "security_administrator", "unit", "safety_officer", "worker"])  # fmt: skip
def test_nobody_else_reads_them(house: House, role: str) -> None:
    other = actor_for_account(house.account(role=role), "console")
    for ledger in LOGS:
        with pytest.raises(Forbidden):
            rows(other, ledger)


@pytest.mark.parametrize("ledger", LOGS, ids=lambda ledger: ledger.name)
def test_no_line_can_be_changed_or_deleted_by_a_ledger(ledger: Any) -> None:
    assert (ledger.rules.create, ledger.rules.edit, ledger.rules.delete) == (None, None, None)
    assert ledger.actions == () and set(ledger.rights) == {"read", "export"}


def test_changes_say_who_what_and_from_where(house: House, auditor: Any) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    account = house.account()
    origin.came_from("10.0.0.9")
    edit_user(boss, account, {"name": "陈新"})
    origin.came_from(None)
    line = rows(auditor, CHANGES)[0]["values"]
    assert (line["what"], line["act"], line["address"]) == ("用户", "修改", "10.0.0.9")
    assert line["words"] == "姓名 陈一 → 陈新"
    assert line["account"]["label"] == boss.name
    assert len(rows(auditor, CHANGES, filters={"what": ["用户"]})) == 1
    assert rows(auditor, CHANGES, filters={"what": ["设备"]}) == []


def person(house: House) -> Person:
    made: Person = Person.create(
        company=house.company, name="陈一", id_number="330102199003070019", phone=LOGIN, role="operator"
    )
    return made


def test_a_look_at_a_whole_id_number_is_noted_once_in_ten_minutes(
    house: House, auditor: Any, clock: Any
) -> None:
    one = person(house)
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    for _ in range(2):
        assert editing.get(boss, PERSONS, str(one.id))["values"]["id_number"] == "330102199003070019"
    assert [row["values"]["subject"] for row in rows(auditor, LOOKS)] == ["陈一 身份证号"]
    clock.forward(minutes=11)
    editing.get(boss, PERSONS, str(one.id))
    assert len(rows(auditor, LOOKS, filters={"action": ["revealed"]})) == 2
    assert "330102" not in str(rows(auditor, LOOKS))
    assert {row["tone"] for row in rows(auditor, LOOKS)} == {"plain"}


def test_an_export_is_noted_when_it_is_asked_for(house: House, auditor: Any, tmp_path: Any) -> None:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    job = in_transaction(export.start_export, auditor, SIGN_INS, "", {}, "", [])
    jobs.wait(job["id"])
    jobs.stop()
    configure(before)
    line = Access.get(Access.action == "exported")
    assert (line.subject, line.account_name) == ("登录日志", auditor.name)


def test_the_house_itself_is_not_noted(house: House) -> None:
    from models.administration.accounts.actors import system_actor

    note_read(system_actor(), None, "全部")
    count_refusal(system_actor(), "全部")
    assert write_refusals() == Access.select().count() == 0


def test_refusals_are_written_as_numbers(house: House, auditor: Any) -> None:
    worker = actor_for_account(house.account(), "console")
    for _ in range(1000):
        count_refusal(worker, "您没有权限查看用户")
    count_refusal(worker, "您没有权限查看角色")
    assert Access.select().count() == 0
    assert write_refusals() == 2
    assert write_refusals() == 0
    told = {(row["values"]["subject"], row["values"]["times"]) for row in rows(auditor, LOOKS)}
    assert {row["tone"] for row in rows(auditor, LOOKS)} == {"bad"}
    assert told == {("您没有权限查看用户", 1000), ("您没有权限查看角色", 1)}


def test_somebody_who_tries_a_thousand_doors_does_not_fill_the_memory(house: House) -> None:
    worker = actor_for_account(house.account(), "console")
    for number in range(access._MOST + 100):
        count_refusal(worker, f"门 {number}")
    assert write_refusals() == access._MOST + 1


def test_refusals_that_can_not_be_written_are_counted_on(house: House, monkeypatch: Any) -> None:
    worker = actor_for_account(house.account(), "console")
    count_refusal(worker, "门")

    def broken(*given: Any) -> None:
        raise OSError("away")

    monkeypatch.setattr(access, "insert_rows", broken)
    with pytest.raises(OSError, match="away"):
        write_refusals()
    monkeypatch.undo()
    assert write_refusals() == 1


# Seals


def faults() -> list[tuple[str, int]]:
    return [(fault.log, fault.number) for fault in retention.verify_all()]


@pytest.fixture
def sealed(house: House, clock: Any) -> None:
    """Three sign-ins in a first seal, three in a second."""
    tries(house)
    clock.forward(minutes=11)
    retention.seal_all()
    for _ in range(3):
        sign_in(LOGIN, GOOD, door="phone")
    clock.forward(minutes=11)
    retention.seal_all()


def test_nothing_is_found_in_a_log_that_nobody_touched(sealed: None) -> None:
    assert [(seal.number, seal.lines) for seal in Seal.select().where(Seal.log == "sign_in")] == [
        (1, 3),
        (2, 3),
    ]
    assert faults() == []


def test_young_lines_wait_to_be_sealed(house: House, clock: Any) -> None:
    tries(house)
    assert retention.seal_all() == 0
    clock.forward(minutes=11)
    assert retention.seal_all() == 1
    assert retention.seal_all() == 0


def test_a_changed_line_is_found(sealed: None) -> None:
    SignIn.update(outcome="ok").where(SignIn.login == "nobody").execute()
    assert faults() == [("sign_in", 1)]


def test_a_deleted_line_is_found(sealed: None) -> None:
    SignIn.delete().where(SignIn.login == "nobody").execute()
    assert faults() == [("sign_in", 1)]


def test_a_line_put_in_later_is_found(sealed: None) -> None:
    last = SignIn.select().order_by(SignIn.id.desc()).get()
    SignIn.delete().where(SignIn.id == last.id).execute()
    SignIn.insert(id=last.id, login="x", door="phone", outcome="ok").execute()
    assert faults() == [("sign_in", 2)]


def test_a_seal_made_anew_without_the_key_is_found(sealed: None) -> None:
    SignIn.update(outcome="ok").where(SignIn.login == "nobody").execute()
    listed = list(SignIn.select().order_by(SignIn.id).limit(3).tuples())
    Seal.update(content=sealing._content(listed)).where(Seal.number == 1).execute()
    assert faults() == [("sign_in", 1)]


def test_a_seal_taken_away_is_found(sealed: None) -> None:
    Seal.delete().where(Seal.number == 1).execute()
    assert ("sign_in", 2) in faults()


def test_the_newest_seals_can_be_kept_elsewhere(sealed: None) -> None:
    newest = {seal.log: seal.digest for seal in retention.newest_seals()}
    first = Seal.get(Seal.log == "sign_in", Seal.number == 1)
    Seal.delete().where(Seal.number == 2).execute()
    SignIn.delete().where(SignIn.id > first.last_id).execute()
    assert faults() == [], "the end of a chain taken away whole is seen only from outside"
    assert {seal.log: seal.digest for seal in retention.newest_seals()} != newest


def test_two_sweepers_make_one_chain(house: House, clock: Any) -> None:
    import threading

    from models.core.db.connection import database

    tries(house)
    clock.forward(minutes=11)
    database.close()
    threads = [threading.Thread(target=retention.seal_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.connect(reuse_if_open=True)
    assert Seal.select().where(Seal.log == "sign_in").count() == 1
    assert faults() == []


# Retention


def test_lines_are_kept_as_long_as_the_setting_says_and_the_seal_stays(sealed: None, clock: Any) -> None:
    clock.forward(days=config().log_days - 1)
    assert retention.sweep_all() == 0
    sign_in(LOGIN, GOOD, door="phone")
    clock.forward(days=2)
    assert retention.sweep_all() >= 6
    assert SignIn.select().count() == 1
    assert all(seal.swept_at is not None for seal in Seal.select().where(Seal.log == "sign_in"))
    assert faults() == []


def test_what_is_not_sealed_is_not_swept(house: House, clock: Any) -> None:
    tries(house)
    clock.forward(days=config().log_days + 1)
    retention.sweep_all()
    assert SignIn.select().count() == 3


def test_the_trail_of_changes_is_not_swept(house: House, clock: Any) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    edit_user(boss, house.account(), {"name": "陈新"})
    clock.forward(minutes=11)
    retention.seal_all()
    clock.forward(days=config().log_days * 5)
    retention.sweep_all()
    assert Change.select().count() == 1
    assert faults() == []


def test_sessions_that_ended_long_ago_are_forgotten(house: House, clock: Any) -> None:
    house.account()
    sign_in(LOGIN, GOOD, door="phone")
    clock.forward(days=config().phone_session_days + config().log_days - 1)
    retention.sweep_all()
    assert Session.select().count() == 1
    clock.forward(days=2)
    retention.sweep_all()
    assert Session.select().count() == 0


def _acts_in_code() -> set[str]:
    """Every act that a rule writes into a trail by name: `history.note(actor, record, "act")`."""
    root = Path(models.__file__).parent
    found: set[str] = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "history.note":
                found |= {str(each.value) for each in node.args[2:3] if isinstance(each, ast.Constant)}
    return found


def test_every_act_in_a_trail_has_words() -> None:
    acts = _acts_in_code()
    assert {"created", "session_ended", "withdraw"} <= acts
    assert acts - set(all_acts()) == set()


def test_the_trail_of_a_row_says_what_happened_in_words(house: House, clock: Any) -> None:
    """Each move by its own title, and nothing of values that were empty and are still."""
    empty = {"field": "phone", "title": "电话", "old": None, "new": ""}
    said = {"field": "name", "title": "姓名", "old": "李", "new": "李敏"}
    account = house.account()
    for action in ("edited", "revealed", "reset"):
        Change.create(
            table="account", row_id=account.id, account_id=1, account_name="x", door="console", action=action,
            changes=[empty, said],
        )  # fmt: skip
    items = history_json(account, "")["items"][:3]
    assert [item["title"] for item in items] == ["重置密码", "查看完整身份证号", "修改"]
    assert [item["changes"] for item in items] == [[said], [empty, said], [said]], (
        "which number was looked at"
    )


def test_no_move_is_called_by_its_code() -> None:
    for ledger in all_ledgers():
        for move in ledger.record.transitions.items if ledger.record.transitions is not None else ():
            title = act_title(ledger.record._meta.table_name, move.name)
            assert title == move.title and not title.isascii()


def test_an_act_is_called_as_its_button_or_its_transition(house: House, auditor: Any) -> None:
    for table, action in (
        ("hazard", "confirm"),
        ("account", "reset"),
        ("binding", "approve"),
        ("hazard", "nonsense"),
    ):
        Change.create(table=table, row_id=1, account_id=1, account_name="x", door="console", action=action)
    told = [row["values"]["act"] for row in rows(auditor, CHANGES)]
    assert told[::-1][:2] == ["确认为隐患", "重置密码"]
    assert all(not word.isascii() for word in told)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit (KHTML) Chrome/126.0 Safari/537",
            "Chrome · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537 Edg/126", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604", "Safari · iOS"),
        ("HUAWEI P30 android", "HUAWEI P30 android"),
        (None, "未知设备"),
    ],
)
def test_devices_are_named_as_people_do(told: str | None, name: str) -> None:
    assert device_name(told) == name
