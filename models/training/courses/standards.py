"""The types of training and the courses that every installation begins with (C04): samples, marked where they are."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

from models.training.courses.records import Course, TrainingType


def install_courses() -> int:
    """Add types and courses of `data/sample_courses.json` where there are none that are everybody's; gives how many."""
    if TrainingType.select().where(TrainingType.company.is_null()).exists():
        return 0
    held: Any = orjson.loads(files("models.training").joinpath("data/sample_courses.json").read_bytes())
    types = [
        {"name": item["name"], "note": item["note"] or None, "sequence": place * 10}
        for place, item in enumerate(held["types"], 1)
    ]
    TrainingType.insert_many(types).execute()
    named = {row.name: row.id for row in TrainingType.select().where(TrainingType.company.is_null())}
    courses = [{**item, "type": named[item["type"]]} for item in held["courses"]]
    Course.insert_many(courses).execute()
    return len(types) + len(courses)


__all__ = ["install_courses"]
