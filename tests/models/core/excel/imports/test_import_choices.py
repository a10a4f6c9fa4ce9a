"""What is chosen for a whole sheet before it is imported, and what an import leaves to be done (Q05)."""

from dataclasses import replace

import orjson
import pytest

from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.excel.imports import follow_ups, importing
from models.core.fields import Choice, Pick
from models.core.files import stored
from models.core.jobs import jobs
from models.core.ledger import FollowUp, ImportPlan, Left, Made, declaration
from models.core.ledger.changes import editing
from models.core.ledger.declaration import ResultFile
from models.core.ledger.reading.describe import describe
from models.core.security.rights import Scope
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, finish, line, upload

SHIFT = Pick(
    "班次", (Choice("day", "白班"), Choice("night", "夜班")), default="day", required=True, help="全表一样"
)


class Asking:
    """The people of `house` with an import that asks for a shift, and what its rules were given."""

    def __init__(self, right: str = "persons.edit") -> None:
        self.given = []
        plan = small_ledgers.PERSONS.importing
        assert plan is not None
        follow = FollowUp(
            "notes", "下载便条", right, left=self.left, lines=self.lines, file=self.file, when={"role": ("operator",)}
        )  # fmt: skip
        importing_plan = ImportPlan(
            columns=plan.columns, file_name=plan.file_name, key=plan.key, check=self.check, save=self.save,
            options=(("shift", SHIFT),), asks=lambda rows: any(row.get("may_review") for row in rows), follow=follow,
        )  # fmt: skip
        self.ledger = replace(small_ledgers.PERSONS, importing=importing_plan)

    def check(self, actor, rows, options):
        self.given.append(("check", options))
        return {}

    def save(self, actor, rows, options):
        self.given.append(("save", options))
        for row in rows:
            small_ledgers.person(actor.company_id, row["name"], note=options.get("shift", "-"))
        return len(rows), 0

    def left(self, actor, rows, options):
        made = Person.select(Person.id).where(Person.name.in_([row["name"] for row in rows]))
        ids = tuple(row.id for row in made.order_by(Person.id))
        return Left(ids, f"{len(ids)} 人要便条。") if ids else None

    def lines(self, actor, records):
        return [row.name for row in records]

    def file(self, lines):
        return ResultFile("便条.txt", "text/plain", "，".join(lines).encode())


@pytest.fixture
def asking(world):
    made = Asking()
    yield made
    jobs.stop()


def imported(world, asking, *rows, options=None):
    job = upload(world, book(*rows), ledger=asking.ledger)
    assert not job.result["bad"], job.result["errors"]
    return job, finish(importing.start_commit(world.in_a, asking.ledger, job.id, options))


def test_the_options_of_an_import_are_described_with_their_choices_and_default(world, asking):
    (told,) = describe(asking.ledger, world.in_a)["import_options"]
    assert (told["name"], told["title"], told["kind"], told["default"], told["help"]) == (
        "shift", "班次", "choice", "day", "全表一样",
    )  # fmt: skip
    assert [choice["value"] for choice in told["choices"]] == ["day", "night"]
    declaration._ledgers["persons"] = small_ledgers.PERSONS
    assert describe(small_ledgers.PERSONS, world.in_a)["import_options"] == []


def test_a_dry_run_says_whether_the_options_matter_for_its_rows(world, asking):
    assert upload(world, book(line(1)), ledger=asking.ledger).result["asks"] is False
    assert upload(world, book(line(1, 允许审核="是")), ledger=asking.ledger).result["asks"] is True
    assert upload(world, book(line(1, 允许审核="是")), ledger=small_ledgers.PERSONS).result["asks"] is False


def test_what_was_chosen_reaches_check_and_save_and_is_kept_with_the_job(world, asking):
    _, done = imported(world, asking, line(1), options={"shift": "night"})
    assert done.result["options"] == {"shift": "night"}
    assert [what for what, options in asking.given if options == {"shift": "night"}] == ["check", "save"]
    assert asking.given[0] == ("check", {}), "the dry run knows nothing yet"
    assert Person.get().note == "night"


def test_what_is_left_out_is_left_to_the_rule(world, asking):
    _, done = imported(world, asking, line(1))
    assert "options" not in done.result
    assert asking.given[-1] == ("save", {})


@pytest.mark.parametrize(
    ("options", "field"),
    [({"shift": "late"}, "shift"), ({"shift": None}, "shift"), ({"shift": ["day"]}, "shift"), ({"other": "day"}, "other")],
)  # fmt: skip
def test_an_unknown_choice_is_refused_at_the_option_and_uses_nothing_up(world, asking, options, field):
    job = upload(world, book(line(1)), ledger=asking.ledger)
    with pytest.raises(Invalid) as refused:
        importing.start_commit(world.in_a, asking.ledger, job.id, options)
    assert list(refused.value.fields) == [field]
    assert finish(importing.start_commit(world.in_a, asking.ledger, job.id, {"shift": "day"})).state == "done"


def test_an_import_that_asks_nothing_takes_no_options(world):
    job = upload(world, book(line(1)))
    with pytest.raises(Invalid) as refused:
        importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id, {"shift": "day"})
    assert list(refused.value.fields) == ["shift"]
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id, {}))
    assert done.result == {"created": 1, "updated": 0}
    with pytest.raises(NotFound):
        follow_ups.start_follow(world.in_a, small_ledgers.PERSONS, done.id)
    jobs.stop()


def test_what_an_import_left_is_a_file_on_demand_for_its_rows_alone(world, asking):
    small_ledgers.person(world.a, "旁人")
    _, done = imported(world, asking, line(1, name="祝有余"), line(2, name="乔满仓"))
    left = done.result["left"]
    assert (left["count"], left["message"], left["offer"]["name"]) == (2, "2 人要便条。", "notes")
    ids = orjson.dumps([row.id for row in Person.select().where(Person.name != "旁人").order_by(Person.id)])
    assert orjson.loads(stored.read(stored.IMPORTS, done.upload)) == orjson.loads(ids)
    assert ids not in stored.path_of(stored.IMPORTS, done.upload).read_bytes(), "it lies open"
    assert set(left) == {"count", "message", "offer"}, "rows are named in the database"
    for _ in range(2):  # as often as one likes
        made = finish(follow_ups.start_follow(world.in_a, asking.ledger, done.id))
        assert made.state == "done", made.error
        assert b"".join(stored.pieces(stored.JOBS, made.file)).decode() == "祝有余，乔满仓"
    Person.update(role="safety_officer").where(Person.name == "祝有余").execute()
    made = finish(follow_ups.start_follow(world.in_a, asking.ledger, done.id))
    assert b"".join(stored.pieces(stored.JOBS, made.file)).decode() == "乔满仓", (
        "only who still is as it asks"
    )
    Person.update(role="safety_officer").execute()
    with pytest.raises(Conflict) as refused:
        follow_ups.start_follow(world.in_a, asking.ledger, done.id)
    assert refused.value.code == "nothing_left"


def test_what_an_import_left_is_its_importers_and_short_lived(world, asking):
    _, done = imported(world, asking, line(1))
    with pytest.raises(NotFound):
        follow_ups.start_follow(world.in_b, asking.ledger, done.id)
    stored.drop(stored.IMPORTS, done.upload)
    with pytest.raises(Conflict) as refused:
        follow_ups.start_follow(world.in_a, asking.ledger, done.id)
    assert refused.value.code == "import_expired"


def test_who_lacks_the_right_to_what_is_left_is_told_of_it_and_offered_nothing(world, asking):
    plain = small_ledgers.actor(
        world.a, rights=dict.fromkeys(("persons.read", "persons.import", "persons.create"), Scope.COMPANY)
    )
    job = upload(world, book(line(1)), ledger=asking.ledger, actor=plain)
    done = finish(importing.start_commit(plain, asking.ledger, job.id))
    assert done.result["left"] == {"message": "1 人要便条。", "count": 1, "offer": None}
    assert done.upload is None
    with pytest.raises(Forbidden):
        follow_ups.start_follow(plain, asking.ledger, done.id)


def test_what_a_new_row_tells_once_is_in_its_answer_alone(world):
    rules = replace(
        small_ledgers.PERSONS.rules,
        create=lambda actor, values: Made(small_ledgers.person(world.a, "新人"), "口令 7K4Q"),
    )
    ledger = replace(small_ledgers.PERSONS, rules=rules)
    values = {
        "name": "新人",
        "id_number": small_ledgers.id_number(9),
        "phone": "13800000009",
        "role": "operator",
    }
    answer = editing.create(world.in_a, ledger, values)
    assert answer["once"] == "口令 7K4Q"
    again = orjson.dumps(
        [editing.get(world.in_a, ledger, answer["id"]), editing.history(world.in_a, ledger, answer["id"])]
    )
    assert "7K4Q" not in again.decode()
