"""Activation codes come first: where people are imported, where one is entered, and where codes are handed out (Q05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import Workbook, load_workbook

from models.administration.accounts import invitations
from models.administration.accounts.invitations import CODE, TAIL
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Invitation
from models.administration.sign_in.sign_in import sign_in
from models.core.config import Config, configure
from models.core.db import batch
from models.core.errors import Conflict, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.excel.imports import follow_ups, importing
from models.core.files import stored
from models.core.history import Change
from models.core.jobs import jobs
from models.core.ledger.changes import editing
from models.core.ledger.reading import listing
from models.core.ledger.reading.describe import describe
from models.core.ledger.reading.query import ListQuery
from models.core.logs.access import Access
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.personnel.ledgers import PERSONS
from tests.models.organization.conftest import Town, number

TITLES = ["姓名", "身份证号", "联系电话", "是否添加账号"]
CODED, TAILED = {"first_password": CODE}, {"first_password": TAIL}


@pytest.fixture(autouse=True)
def installed(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Files in a folder of the test; sets further settings."""

    def put(**settings: Any) -> None:
        configure(Config(data_dir=tmp_path, **settings))

    put()
    yield put
    jobs.stop()
    configure(Config())


@pytest.fixture
def plain(town: Town) -> Actor:
    """A safety officer who may not review."""
    return town.acting("plain", "safety_officer", town.company)


def finish(job: dict[str, Any]) -> jobs.Job:
    jobs.wait(job["id"])
    done = jobs.Job.get_by_id(int(job["id"]))
    assert done.state == "done", done.error
    return done


def imported(actor: Actor, *places: int, options: Any = None, account: str = "是") -> jobs.Job:
    """Import people through the whole machine; gives the job of it."""
    made = Workbook()
    for row in (TITLES, *([f"工人{n}", number(n), f"1380000{n:04d}", account] for n in places)):
        made.active.append(row)
    target = BytesIO()
    made.save(target)
    checked = finish(importing.start_check(actor, PERSONS, "人员.xlsx", target.getvalue()))
    assert not checked.result["bad"], checked.result["errors"]
    return finish(importing.start_commit(actor, PERSONS, checked.id, options))


def codes(actor: Actor, done: jobs.Job) -> dict[str, str]:
    """What stands in the downloaded sheet: the code of each login, in its order."""
    made = finish(follow_ups.start_follow(actor, PERSONS, done.id))
    assert made.file_name == "激活码.xlsx"
    rows = list(load_workbook(BytesIO(stored.read(stored.JOBS, made.file))).worksheets[0].values)
    assert rows[0] == ("姓名", "账号", "激活码")
    return {row[1]: row[2] for row in rows[1:]}


def person(place: int) -> Person:
    found: Person = Person.get(Person.phone == f"1380000{place:04d}")
    return found


def secret(place: int) -> str | None:
    found = invitations.invitation_of(person(place))
    assert found is not None
    return str(found.secret) if found.secret is not None else None


def opens(place: int, password: str) -> bool:
    """Whether login and first password begin a session."""
    return invitations.matching(f"1380000{place:04d}", password) is not None


def test_the_import_offers_activation_codes_first_and_preselects_them(town: Town) -> None:
    described = describe(PERSONS, town.officer)
    option, *_ = described["import_options"]
    assert (option["name"], option["default"], option["required"]) == ("first_password", CODE, True)
    assert [choice["value"] for choice in option["choices"]] == [CODE, TAIL]
    assert "推荐" in option["choices"][0]["title"]
    assert "7 天内有效" in option["choices"][1]["title"]
    (field,) = [field for field in described["fields"] if field["name"] == "first_password"]
    assert [choice["value"] for choice in field["choices"]] == [CODE, TAIL]
    assert (field["default"], field["beside"]) == (CODE, "open_account")


def test_people_imported_with_codes_come_in_by_the_codes_of_the_downloaded_sheet_alone(town: Town) -> None:
    done = imported(town.officer, 3, 1, 2, options=CODED)
    assert (done.result["created"], done.result["options"]) == (
        3,
        CODED | {"bring_back": False, "move_login": True},
    )
    assert done.result["left"]["offer"]["title"] == "下载激活码"
    assert [secret(n) for n in (1, 2, 3)] == [None] * 3, "no code is drawn before it is handed out"
    assert not opens(1, number(1)[-6:]), "the end of the ID number opens what is to be opened by a code"
    sheet = codes(town.officer, done)
    assert list(sheet) == ["13800000003", "13800000001", "13800000002"], "in the order of the roster"
    assert sign_in("13800000001", sheet["13800000001"], door="phone").token
    assert all(opens(n, sheet[f"1380000{n:04d}"]) for n in (2, 3))


def test_people_imported_with_the_end_of_the_id_number_come_in_by_it_and_leave_nothing_to_download(
    town: Town,
) -> None:
    done = imported(town.officer, 1, options=TAILED)
    assert secret(1) == ID_TAIL
    left = done.result["left"]
    assert (left["offer"], left["count"]) == (None, 0)
    assert "身份证号后 6 位，7 天内有效" in left["message"]
    with pytest.raises(Conflict):
        follow_ups.start_follow(town.officer, PERSONS, done.id)
    assert sign_in("13800000001", number(1)[-6:], door="phone").token


def test_an_import_that_names_no_option_does_as_the_setting_says(
    town: Town, installed: Callable[..., None]
) -> None:
    imported(town.officer, 1)
    assert secret(1) == ID_TAIL
    installed(first_password=CODE)
    assert imported(town.officer, 2).result["left"]["offer"]
    assert secret(2) is None


def test_where_the_installation_knows_codes_alone_nothing_else_is_offered_or_taken(
    town: Town, installed: Callable[..., None]
) -> None:
    installed(first_password=CODE)
    option, *_ = describe(PERSONS, town.officer)["import_options"]
    assert [choice["value"] for choice in option["choices"]] == [CODE]
    with pytest.raises(Invalid) as refused:
        imported(town.officer, 1, options=TAILED)
    assert list(refused.value.fields) == ["first_password"]
    with pytest.raises(Invalid) as refused:
        editing.create(town.officer, PERSONS, {**town.values(1, open_account=True), **TAILED})
    assert list(refused.value.fields) == ["first_password"]
    with pytest.raises(Invalid) as refused:
        imported(town.officer, 1, options={"first_password": "1234"})
    assert list(refused.value.fields) == ["first_password"]


def test_codes_drawn_again_make_the_earlier_ones_invalid_and_it_says_so(town: Town) -> None:
    done = imported(town.officer, 1, options=CODED)
    assert "以前生成的作废" in done.result["left"]["offer"]["again"]
    first = codes(town.officer, done)["13800000001"]
    second = codes(town.officer, done)["13800000001"]
    assert first != second
    assert opens(1, second)
    assert not opens(1, first)


def test_codes_stand_in_the_sheet_alone(town: Town) -> None:
    done = imported(town.officer, 1, options=CODED)
    code = codes(town.officer, done)["13800000001"]
    kept = [*jobs.Job.select().dicts(), *Change.select().dicts(), *Outbox.select().dicts()]
    kept += [*Access.select().dicts(), *Invitation.select().dicts()]
    assert code not in str(kept)
    listed = listing.list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS))
    assert code not in orjson.dumps([listed, editing.get(town.officer, PERSONS, person(1).id)]).decode()
    file = jobs.Job.select().where(jobs.Job.kind == "action").get().file
    assert code.encode() not in stored.path_of(stored.JOBS, file).read_bytes()


def test_a_second_import_of_the_roster_leaves_the_codes_that_people_hold_alone(town: Town) -> None:
    held = codes(town.officer, imported(town.officer, 1, options=CODED))["13800000001"]
    again = imported(town.officer, 1, 2, options=CODED)
    assert "另有 1 人以前发过激活码" in again.result["left"]["message"]
    assert list(codes(town.officer, again)) == ["13800000002"]
    assert opens(1, held)


def test_codes_chosen_for_people_who_were_to_come_in_by_their_id_number_take_its_place(town: Town) -> None:
    imported(town.officer, 1, options=TAILED)
    done = imported(town.officer, 1, options=CODED)
    assert not opens(1, number(1)[-6:])
    assert opens(1, codes(town.officer, done)["13800000001"])
    imported(town.officer, 2, options=CODED)
    imported(town.officer, 2, options=TAILED)
    assert opens(2, number(2)[-6:]), "no code was handed out, so the other is as good"


def test_an_import_by_who_may_not_review_waits_for_one_who_may_and_keeps_what_was_chosen(
    town: Town, plain: Actor
) -> None:
    for place, options in ((1, CODED), (2, TAILED)):
        left = imported(plain, place, options=options).result["left"]
        assert left["offer"] is None
        assert "1 人的账号要等可审核的人在“人员”里通过" in left["message"]
        assert not opens(place, number(place)[-6:])
        bindings.approve(town.officer, Binding.get(Binding.person == person(place).id))
    assert (secret(1), secret(2)) == (None, ID_TAIL)
    assert opens(2, number(2)[-6:])


def test_nobody_else_downloads_an_imports_codes(town: Town, plain: Actor) -> None:
    done = imported(town.officer, 1, options=CODED)
    for other in (town.boss, town.neighbour):
        with pytest.raises(NotFound):
            follow_ups.start_follow(other, PERSONS, done.id)
    assert secret(1) is None


def test_who_has_come_in_since_is_not_in_the_sheet_and_nobody_holds_up_the_rest(town: Town) -> None:
    done = imported(town.officer, 1, 2, 3, options=CODED)
    bindings.end(town.officer, Binding.get(Binding.person == person(1).id))
    assert list(codes(town.officer, done)) == ["13800000002", "13800000003"]


def test_a_sheet_without_accounts_asks_nothing_and_leaves_nothing(town: Town) -> None:
    done = imported(town.officer, 1, account="否")
    assert "left" not in done.result


def test_the_code_of_somebody_new_is_in_the_answer_and_nowhere_else(town: Town) -> None:
    answer = editing.create(town.officer, PERSONS, {**town.values(1, open_account=True), **CODED})
    code = answer["once"].rpartition("激活码 ")[2]
    assert opens(1, code)
    listed = listing.list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS))
    shown = [listed, editing.get(town.officer, PERSONS, answer["id"])]
    shown.append(editing.history(town.officer, PERSONS, answer["id"]))
    kept = [*Change.select().dicts(), *Outbox.select().dicts(), *Access.select().dicts()]
    assert code not in orjson.dumps(shown).decode() + str(kept)


def test_the_form_shows_no_code_for_the_end_of_the_id_number_for_no_choice_and_without_an_account(
    town: Town,
) -> None:
    for place, more in ((1, {"open_account": True, **TAILED}), (2, {"open_account": True}), (3, CODED)):
        assert "once" not in editing.create(town.officer, PERSONS, {**town.values(place), **more})
    assert (secret(1), secret(2)) == (ID_TAIL, ID_TAIL)
    assert invitations.invitation_of(person(3)) is None


def test_who_may_not_review_sees_no_code_of_somebody_new(town: Town, plain: Actor) -> None:
    answer = editing.create(plain, PERSONS, {**town.values(1, open_account=True), **CODED})
    assert "once" not in answer
    assert secret(1) is None
    bindings.approve(town.officer, Binding.get(Binding.person == person(1).id))
    assert secret(1) is None, "the code that was wished for is drawn when it is handed out"


def test_open_lists_hear_of_codes_that_were_handed_out(town: Town) -> None:
    def news() -> int:
        return int(
            Outbox.select()
            .where(Outbox.kind == "ledger.changed", Outbox.company_id == town.company.id)
            .count()
        )

    done = imported(town.officer, 1, options=CODED)
    before = news()
    codes(town.officer, done)
    assert news() == before + 1
    finish(editing.act_as_job(town.officer, PERSONS, "codes", [str(person(1).id)], {}))
    assert news() == before + 2


def test_an_import_asks_those_who_sign_in_already_and_nobody_else(town: Town) -> None:
    """They get 是我/不是我 in their chat, as from the form (bots/flow/test_questions shows the card)."""
    town.account("elsewhere", role="worker", id_number=number(1), phone="13800000077", company=town.other)
    imported(town.officer, 1, 2, options=CODED)
    asked = [row.subject_id for row in Outbox.select().where(Outbox.kind == invitations.OPENED)]
    assert asked == [person(1).id]


def test_who_may_not_review_asks_nobody(town: Town, plain: Actor) -> None:
    town.account("elsewhere", role="worker", id_number=number(1), phone="13800000077", company=town.other)
    imported(plain, 1, options=CODED)
    assert not Outbox.select().where(Outbox.kind == invitations.OPENED).exists()


def test_a_roster_that_says_nothing_new_calls_no_rule(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the yearly roster of ten thousand is imported into the embedded database, of which a few are new."""
    imported(town.officer, 1, 2, 3, account="")
    monkeypatch.setattr(batch, "RULES_AT_ONCE", 0)
    before = max(row.id for row in Change.select(Change.id))
    done = imported(town.officer, 1, 2, 3, 4, account="")
    assert (done.result["created"], done.result["updated"]) == (1, 3)
    assert Change.select().where(Change.id > before, Change.table == "person").count() == 1
