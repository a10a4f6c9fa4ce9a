"""Cases by the hundred thousand, written as SQL: such as are over, such as wait to be decided, and tasks of one person."""

from __future__ import annotations

from models.core import clock
from models.core.db.connection import database, in_transaction
from models.organization.records import Person
from models.tasks.records import Flow, FlowVersion

KIND = "investment_plan"
_PIECE = 50_000
_STEPS = [
    {"key": "check", "title": "审核", "who": [{"by": "field", "name": "maker"}], "hours": 48,
     "outcomes": [{"key": "agree", "title": "同意", "next": "next"}, {"key": "refuse", "title": "不同意", "next": "end:refused"}]},
    {"key": "approve", "title": "批准", "who": [{"by": "field", "name": "maker"}], "hours": 48,
     "outcomes": [{"key": "agree", "title": "批准", "does": "approve", "next": "end:approved"},
                  {"key": "refuse", "title": "不批准", "does": "refuse", "next": "end:refused"}]},
]  # fmt: skip

# People in the order of their ids, whatever steps the database counts in, counted from 0 on.
_PEOPLE = "(SELECT id, name, company_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM person)"
# Person n mod `persons` has case n, and decides both of its steps.
_PLANS = """
INSERT INTO investment_plan (id, version, created_at, updated_at, company_id, number, name, year, total_wan, offline,
  maker_id, state)
SELECT s.seq, 1, '{at}', '{at}', p.company_id, CONCAT('TR', s.seq), CONCAT('计划', s.seq), 2026, 10, 0, p.id, '{plan}'
FROM seq_{low}_to_{high} s JOIN {people} p ON p.place = {first} + s.seq % {persons}"""
_CASES = """
INSERT INTO flow_case (id, version, created_at, updated_at, company_id, flow_version_id, kind, subject_id, title, number,
  state, starter_id, starter_name, started_at, ended_at, outcome, running_key)
SELECT s.seq, 1, '{at}', '{at}', p.company_id, {flow}, '{kind}', s.seq, CONCAT('计划', s.seq), CONCAT('TR', s.seq),
  '{case}', p.id, p.name, '{at}', IF('{case}' = 'running', NULL, '{at}'), IF('{case}' = 'running', NULL, '批准'),
  IF('{case}' = 'running', CONCAT('{kind}:', s.seq), NULL)
FROM seq_{low}_to_{high} s JOIN {people} p ON p.place = {first} + s.seq % {persons}"""
_CASE_STEPS = """
INSERT INTO case_step (id, case_id, `key`, visit, position, title, kind, rule, state, outcome, lift, stranded,
  subject_state, opened_at, due_at, nudges, closed_at, version)
SELECT s.seq, s.seq, 'check', 1, 1, '审核', 'approve', 'any', '{step}', IF('{step}' = 'open', NULL, 'agree'), 0, 0,
  'asked', '{at}', '{due}', 0, IF('{step}' = 'open', NULL, '{at}'), 1
FROM seq_{low}_to_{high} s"""
_TASKS = """
INSERT INTO task (id, version, created_at, updated_at, company_id, person_id, kind, step_id, subject_kind, subject_id,
  title, state, place, opened_at, due_at, rank_at, done_at, done_by_id, outcome, outcome_title, way, door)
SELECT s.seq, 1, '{at}', '{at}', p.company_id, p.id, 'case', s.seq, '{kind}', s.seq, CONCAT('审核：计划', s.seq),
  '{task}', 0, '{at}', '{due}', '{due}', m.at, IF('{task}' = 'open', NULL, p.id),
  IF('{task}' = 'open', NULL, 'agree'), IF('{task}' = 'open', NULL, '同意'), 'system', 'phone'
FROM seq_{low}_to_{high} s JOIN {people} p ON p.place = {first} + s.seq % {persons}
JOIN (SELECT seq, IF('{task}' = 'open', NULL, TIMESTAMP('{at}') - INTERVAL seq SECOND) AS at
  FROM seq_{low}_to_{high}) m ON m.seq = s.seq"""
_EVENTS = """
INSERT INTO case_event (company_id, case_id, step_id, task_id, subject_kind, subject_id, act, title, person_id, name,
  door, at)
SELECT p.company_id, s.seq, s.seq, s.seq, '{kind}', s.seq, 'decided', '同意', p.id, p.name, 'phone', '{at}'
FROM seq_{low}_to_{high} s JOIN {people} p ON p.place = {first} + s.seq % {persons}"""
_PARTS = (_PLANS, _CASES, _CASE_STEPS, _TASKS, _EVENTS)


def flow() -> int:
    """The flow of the bench, published; gives its version's id."""

    def make() -> int:
        Flow.update(enabled=False).where(Flow.kind == KIND).execute()
        made = Flow.create(kind=KIND, name="压测流程", published=1)
        version = FlowVersion.create(
            flow=made, number=1, definition={"steps": _STEPS, "own": "allow"}, published_by="压测"
        )
        return int(version.id)

    return in_transaction(make)


def people() -> list[int]:
    """The ids of all people, by their numbers in the world."""
    with database.connection_context():
        return [number for (number,) in Person.select(Person.id).order_by(Person.id).tuples()]


def fill(first: int, count: int, *, flow: int, persons: range, over: bool) -> None:
    """Cases number `first` onward of the persons of these numbers: over, or waiting for their first decision."""
    now = clock.now()
    words = (
        {"plan": "approved", "case": "approved", "step": "done", "task": "done"}
        if over
        else {"plan": "asked", "case": "running", "step": "open", "task": "open"}
    )
    for low in range(first, first + count, _PIECE):
        named = {
            **words, "low": low, "high": min(low + _PIECE, first + count) - 1, "at": f"{now:%Y-%m-%d %H:%M:%S}",
            "due": f"{now.replace(year=now.year + 1):%Y-%m-%d %H:%M:%S}", "flow": flow, "kind": KIND,
            "people": _PEOPLE, "first": persons.start, "persons": len(persons),
        }  # fmt: skip
        with database.connection_context():
            for part in _PARTS:
                database.execute_sql(part.format(**named))


def analyze() -> None:
    """Have the database count its rows, as it does by itself in time."""
    with database.connection_context():
        for table in ("task", "case_step", "flow_case", "case_event", "investment_plan"):
            database.execute_sql(f"ANALYZE TABLE {table}").fetchall()
