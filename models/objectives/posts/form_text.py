"""The form of a periodic work as people write it: a line for each field (A05).

`*压力（数字）`, `外观：完好/破损`, `说明`: a star asks for an answer, brackets say the kind, a colon lists choices. It is
kept as every form is (models/tasks/assigned/forms.py), but for the names of its fields.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from models.core.errors import Malformed
from models.core.fields import spaced
from models.tasks.assigned.forms import MAX_FIELDS, Form, clean_form

#: The words for a kind, as they stand in brackets behind a title.
_WORDS = {
    "number": "数字",
    "integer": "整数",
    "date": "日期",
    "flag": "是否",
    "longtext": "多行",
    "text": "文字",
    "photos": "照片",
}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_KIND_AT_END = re.compile(r"^(.*)[(（]([^()（）]*)[)）]$")
_MAX_TITLE = 40


def parse(text: str) -> list[dict[str, Any]]:
    """The form that a text says, none for an empty one. Raises Malformed with the line that is wrong."""
    lines = [(number, line) for number, line in enumerate(spaced(text).splitlines(), 1) if line.strip()]
    if len(lines) > MAX_FIELDS:
        raise Malformed("too_many", f"最多 {MAX_FIELDS} 项，现在有 {len(lines)} 项")
    form: list[dict[str, Any]] = []
    for number, line in lines:
        field = _named(number, line)
        if any(there["name"] == field["name"] for there in form):
            raise Malformed("twice", f"第 {number} 行：“{field['title']}”写了两次，请换个名称")
        form.append(field)
    return form


def _named(number: int, line: str) -> dict[str, Any]:
    said = _said(line.strip())
    if not 0 < len(said["title"]) <= _MAX_TITLE:
        raise Malformed("title", f"第 {number} 行：名称要有 1 到 {_MAX_TITLE} 个字")
    try:
        (field,) = clean_form([said])
    except Malformed as error:
        raise Malformed(error.code, f"第 {number} 行：{error.message}") from None
    # By its title and not by its place: a form may change while what was filled in before is kept.
    return {**field, "name": f"f{zlib.crc32(field['title'].encode()):08x}"}


def _said(line: str) -> dict[str, Any]:
    required = line[0] in "*＊" or line[-1] in "*＊"
    title, colon, listed = line.strip("*＊ ").replace("：", ":", 1).partition(":")
    found = _KIND_AT_END.match(title.strip())
    said: dict[str, Any] = {"title": title.strip(), "kind": "text", "required": required}
    if colon:
        said |= {"kind": "choice", "choices": [part.strip() for part in re.split(r"[/／]", listed)]}
    elif found and found[2].strip() in _KINDS:
        said |= {"title": found[1].strip(), "kind": _KINDS[found[2].strip()]}
    return said


def spell(form: Form | None) -> str:
    """The text that says a form, as `parse` takes it."""
    lines = []
    for field in form or ():
        star = "*" if field["required"] else ""
        kind = field["kind"]
        tail = f"（{_WORDS[kind]}）" if kind in _WORDS and kind != "text" else ""
        tail = f"：{'/'.join(field['choices'])}" if kind == "choice" else tail
        lines.append(f"{star}{field['title']}{tail}")
    return "\n".join(lines)
