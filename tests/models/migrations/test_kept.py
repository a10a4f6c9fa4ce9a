"""A migration that has run somewhere is never changed: what it forgot comes in one of its own (X01).

In 0030 a column was added later; data on which it had run already answered 500 wherever that column was asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from peewee import SqliteDatabase

from models.core.db.connection import MIGRATIONS, close_database, migrations, open_database

#: Beginning of the SHA-256 of each that was merged, without its imports: modules move. A new one gets its line when it
#: is merged.
KEPT = {
    "0001_foundations": "b1effa9b4550",
    "0002_jobs_and_files": "b193d2549795",
    "0003_ways_and_chains": "cf9ccf0f846b",
    "0004_messages_and_accidents": "7d6c2e3f7b41",
    "0005_tasks": "63b951e57a18",
    "0006_hazards": "9f6777b4d483",
    "0007_objectives": "eed13bb9d8b6",
    "0008_messages": "37ba0ea39fe0",
    "0009_spare_indexes": "835be307f761",
    "0010_urgent_deliveries": "10a14b24f370",
    "0011_given_once": "9d8f7a091aec",
    "0012_accident_grid": "59df978d32a9",
    "0013_identity": "fb6907769b21",
    "0014_chat_ties": "1f8a7d7c35f4",
    "0015_photo_facts": "458a04ed045a",
    "0016_sign_in_waits": "e0eec3919f5d",
    "0017_write_probe": "f618e912bc25",
    "0018_second_factor_and_logs": "ce46d64640e7",
    "0019_held_rights_and_usage": "eb33e9ef2468",
    "0020_equipment_needs": "da7119a6b23f",
    "0021_needs_as_known": "5a49259bb454",
    "0022_rules_as_data": "d3bf8f203142",
    "0023_inspection_periods": "ca2bfb4bc786",
    "0024_accident_duties_and_criteria": "7619a95685e8",
    "0025_who_did_it": "b97770568a46",
    "0027_accident_needs": "8b09fe121723",
    "0028_no_numbers_in_old_texts": "66e355340c15",
    "0029_repeated_cards": "da14ced73ebb",
    "0030_standing_in": "064497d7719b",
    "0031_rules_kept": "5bddb8a73718",
    "0032_notes_that_end": "5aa974de6e75",
    "0033_long_results": "7b4d08cb5217",
    "0034_names_by_pinyin": "376ea66c550b",
    "0035_long_definitions": "9fef05d48713",
    "0038_late_copies": "22aad06840ad",
    "0042_meetings": "10ada710e813",
    "0045_kept_sums": "6fcc2a8c5d46",
    "0046_settings": "0c2f5a8143eb",
    "0047_what_comes_to_its_end": "47c88aa472a6",
    "0048_hazards_of_equipment": "797ea36a6f67",
    "0050_row_requests": "90bf22ac789a",
    "0051_editions_and_documents": "3507d20e136b",
    "0053_what_posts_ask": "96e9de223dc3",
    "0054_people_against_what_their_posts_ask": "2f6e67b720a3",
    "0055_copies_of_standards": "20c034cafa81",
    "0056_posts_in_editions": "7e14dab7dbbe",
    "0057_bulk_acts": "dcedd077c488",
    "0058_saved_views": "610c3a9c03e9",
    "0059_one_message_per_case": "b5a44430e656",
    "0060_board_cards": "f29652f7f92d",
    "0061_point_reasons": "79bb80577c15",
    "0062_suggestions_and_activities": "67f52c8caec6",
    "0063_sums_of_hazards": "5ebca3341df2",
    "0064_overdue_by_its_index": "a429a68ebc73",
    "0065_signatures_and_places": "68c802b5bb87",
    "0066_what_copies_decline": "570dafbba978",
    "0067_names_of_files": "3238e0d7bd88",
    "0068_sums_of_people_and_equipment": "46d1ad22c7b3",
}


def digest(name: str) -> str:
    """What a migration does, in twelve digits."""
    lines = (MIGRATIONS / f"{name}.py").read_text(encoding="utf-8").splitlines()
    code = "\n".join(line for line in lines if not line.lstrip().startswith(("import ", "from ")))
    return hashlib.sha256(code.encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", KEPT)
def test_a_merged_migration_is_never_changed(name: str) -> None:
    assert digest(name) == KEPT[name]


def test_every_migration_has_its_line() -> None:
    names = sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))
    lacking = [f'    "{name}": "{digest(name)}",' for name in names if name not in KEPT]
    assert not lacking, "add to KEPT:\n" + "\n".join(lacking)


def test_what_0030_forgot_is_made_up_for(new_database: Callable[[], str]) -> None:
    database = open_database(new_database())
    database.connect(reuse_if_open=True)
    try:
        runner = migrations()
        names = runner.up()
        for _ in [name for name in names if name >= "0038"]:
            runner.down()
        if isinstance(database, SqliteDatabase):
            database.execute_sql('DROP INDEX "sending_live_until"')
        database.execute_sql("ALTER TABLE sending DROP COLUMN live_until")
        runner.up()
        database.execute_sql("SELECT live_until FROM sending")
        assert any("live_until" in index.columns for index in database.get_indexes("sending"))
    finally:
        close_database()
