"""Nothing twice, nothing lost: repeats, keys, batches and processes at once (Q09, X01)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.events.outbox import Outbox
from models.core.views import kept_sums
from models.duty.gate import Passed, Scan, clock_in
from models.duty.gate import batch as gate_batch
from models.duty.records import ClockIn
from models.duty.sums import CLOCK_IN_SUMS
from models.equipment.records import Equipment
from tests.support.clock_in_plant import Plant
from tests.support.properties import tries


def one(scan: Scan) -> Any:
    return in_transaction(clock_in, [scan])[0]


def test_a_second_scan_on_the_same_day_gives_the_record_that_is_there(plant: Plant, clock: Any) -> None:
    truck = plant.equipment(plant.units[0])
    first = one(plant.scan(0, truck))
    clock.forward(hours=3)
    second = one(plant.scan(0, truck))
    assert second.record["id"] == first.record["id"] and not second.created
    clock.forward(hours=14)
    assert one(plant.scan(0, truck)).created, "the next day counts anew"
    assert Outbox.select().count() == 2


def test_moments_are_the_same_for_who_made_the_record_and_who_repeats(plant: Plant) -> None:
    """A phone tells local time with its offset; what is answered first is what is stored."""
    truck = plant.equipment(plant.units[0])
    at = now().astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=1)
    scan = plant.scan(0, truck, at=at)
    first, again = one(scan), one(scan)
    assert first.record["scanned_at"] == again.record["scanned_at"] == at
    assert ClockIn.get().scanned_at == at


def test_a_repeat_is_answered_whatever_has_changed_since(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    scan = plant.scan(0, truck)
    first = one(scan)
    truck.change(state="stopped")
    assert one(scan).record["id"] == first.record["id"]
    assert one(plant.scan(0, truck)).record["id"] == first.record["id"], "already recorded today"


def test_one_key_for_two_scans_is_an_error(plant: Plant) -> None:
    first, second = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    one(plant.scan(0, first, key="same"))
    outcome = one(plant.scan(0, second, key="same"))
    assert isinstance(outcome, AnbanError) and outcome.code == "idempotency_key_reused"
    assert ClockIn.select().count() == 1


def test_in_one_batch_too(plant: Plant) -> None:
    truck, other = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    scan = plant.scan(0, truck, key="a")
    batch = [scan, scan, plant.scan(0, truck, key="b"), plant.scan(0, other, key="a"), plant.scan(0, "坏的")]
    same, again, repeat, reused, bad = in_transaction(clock_in, batch)
    assert isinstance(same, Passed) and same.created
    assert not again.created and again.record["id"] == same.record["id"]
    assert not repeat.created and repeat.record["id"] == same.record["id"]
    assert reused.code == "idempotency_key_reused"
    assert bad.code == "unknown_qr"
    assert (ClockIn.select().count(), Outbox.select().count()) == (1, 1)


def test_many_at_once_make_one_record(plant: Plant, database: Any) -> None:
    """8 equal requests at once from threads with connections of their own: one record, 8 successes."""
    trucks = [plant.equipment(plant.units[0], name=f"叉车{i}") for i in range(6)]
    database.close()
    with ThreadPoolExecutor(8) as pool:
        for truck in trucks:
            scan = plant.scan(0, truck)
            outcomes = list(pool.map(one, [scan] * 8))
            assert [type(item) for item in outcomes] == [Passed] * 8
            assert len({item.record["id"] for item in outcomes}) == 1
            assert sum(item.created for item in outcomes) == 1
    database.connect()
    assert ClockIn.select().count() == len(trucks) == Outbox.select().count()


def test_beaten_by_another_process_between_reading_and_writing(plant: Plant) -> None:
    """The keys decide: who was slower gets the other's record, and its neighbours their own, as new."""
    first, second = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    winner = one(plant.scan(0, first))
    beaten, own = in_transaction(clock_in, [plant.scan(0, first), plant.scan(0, second)])
    assert beaten.record["id"] == winner.record["id"] and not beaten.created
    assert own.created
    assert (ClockIn.select().count(), Outbox.select().count()) == (2, 2)
    assert kept_sums.recount(CLOCK_IN_SUMS) == 0, "nobody is counted twice"


def test_an_id_that_another_process_drew_is_not_taken_for_ones_own(plant: Plant, monkeypatch: Any) -> None:
    first, second = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    other = one(plant.scan(0, first))
    really, drawn = gate_batch.new_id, [other.record["id"]]
    monkeypatch.setattr(gate_batch, "new_id", lambda: drawn.pop() if drawn else really())
    own = one(plant.scan(0, second))
    assert own.created and own.record["id"] != other.record["id"]
    assert {row.equipment_name for row in ClockIn.select()} == {first.name, second.name}
    assert {row.subject_id for row in Outbox.select()} == {own.record["id"], other.record["id"]}


def test_a_reused_key_is_told_even_beside_a_scan_of_the_same_equipment(plant: Plant) -> None:
    """The second scan would repeat the first, but its key stands for something else already."""
    first, second = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    one(plant.scan(0, first, key="taken"))
    new, reused = in_transaction(clock_in, [plant.scan(0, second), plant.scan(0, second, key="taken")])
    assert new.created
    assert isinstance(reused, AnbanError) and reused.code == "idempotency_key_reused"


def test_a_later_scans_key_is_no_reason_to_refuse_an_earlier_one(plant: Plant) -> None:
    """Found by the test below: a batch that is decided again meets what it wrote itself."""
    unit, first = plant.units[0], plant.equipment(plant.units[0])
    plant.certificate(plant.person(1, unit))
    plant.account(1, unit)
    one(plant.scan(0, first, key="a")), one(plant.scan(1, first, key="a"))
    *_, repeat, earlier, again = in_transaction(
        clock_in,
        [
            *(plant.scan(0, first, key="a") for _ in range(2)),
            plant.scan(0, first, key="b"),
            plant.scan(0, first, key="b", at=now() - timedelta(hours=30)),
            plant.scan(1, first, key="a"),
        ],
    )
    assert isinstance(repeat, Passed) and not repeat.created
    assert isinstance(earlier, Passed) and earlier.created
    assert isinstance(again, Passed) and not again.created


def _world(plant: Plant) -> list[Equipment | str]:
    unit, other = plant.units[0], plant.unit("南岸水务")
    for who, state in ((1, "approved"), (2, "waiting")):
        plant.certificate(plant.person(who, unit, state=state))
        plant.account(who, unit)
    return [
        plant.equipment(unit, name="甲"),
        plant.equipment(unit, name="乙"),
        plant.equipment(unit, name="停", state="stopped"),
        plant.equipment(unit, "4110", "Q2", name="吊"),
        plant.equipment(other, name="外"),
        "没有的码",
    ]


_scans = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from([0, -1, -30, -80, 1]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=tries(15, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=_scans, cut=st.integers(1, 5))
def test_any_mix_gives_what_one_at_a_time_would_give(plant: Plant, drawn: Any, cut: int) -> None:
    """Whatever scans come together, in whatever batches: outcome and rows are those of a queue of one."""
    if len(plant.units) == 1:
        plant.world = _world(plant)  # type: ignore[attr-defined]
    things = plant.world  # type: ignore[attr-defined]
    scans = [
        plant.scan(
            who, things[what], key=f"key{key}", at=now() + timedelta(hours=hours),
            **({"sent_at": now() + timedelta(minutes=9)} if wrong and hours == 1 else {}),
        )
        for who, what, key, hours, wrong in drawn
    ]  # fmt: skip
    singly = _run(scans, 1)
    together = _run(scans, cut)
    assert together == singly


def _run(scans: list[Scan], size: int) -> Any:
    ClockIn.delete().execute()
    Outbox.delete().execute()
    outcomes: list[Any] = []
    for start in range(0, len(scans), size):
        outcomes += in_transaction(clock_in, scans[start : start + size])
    told = [
        (item.record["once_key"], item.record["request_key"], item.created)
        if isinstance(item, Passed)
        else item.code
        for item in outcomes
    ]
    rows = sorted(
        (row.once_key, row.request_key, row.scanned_at, row.late, row.certificate_number)
        for row in ClockIn.select()
    )
    return told, rows, Outbox.select().count()


def test_who_scans_does_not_wait_for_the_sums(plant: Plant, engine: str) -> None:
    """While a job adds clock-ins to the sums and has not committed, the gate lets people in."""
    if engine == "sqlite":
        pytest.skip("one writes at a time into an embedded database")
    trucks = [plant.equipment(plant.units[0], name=f"叉车{i}") for i in range(4)]
    kept_sums.make_ready()
    for truck in trucks[:2]:
        one(plant.scan(0, truck))

    def held_open() -> None:
        assert kept_sums.sum_up(100) == 2
        for truck in trucks[2:]:
            assert pool.submit(one, plant.scan(0, truck)).result(timeout=20).created

    with ThreadPoolExecutor(1) as pool:
        in_transaction(held_open)
    assert ClockIn.select().where(ClockIn.summed.is_null()).count() == 2
    assert kept_sums.recount_all() == 0
