"""Small forms that people put together themselves: what is asked for when a task is done (A05, H03).

A form is a list of fields, each `{name, title, kind, required, choices, max}`, kept as JSON. People write it as text, a
line for each field: `*压力（数字）`, `外观：完好/破损`, `说明`. A field is called by its title, so that old answers can
still be read when the form has changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.core.errors import Malformed
from models.core.fields import Choice, Day, Described, Flag, LongText, Number, Pick, Text, spaced

Form = list[dict[str, Any]]

MAX_FIELDS = 20
_MAX_TITLE = 30
_MAX_CHOICES = 20
#: The words for a kind, as they stand in brackets behind a title.
KINDS = {"number": "数字", "date": "日期", "flag": "是否", "longtext": "多行", "text": "文字"}
_BY_WORD = {word: kind for kind, word in KINDS.items()}
_KIND_AT_END = re.compile(r"^(.*)[(（]([^()（）]*)[)）]$")


def parse(text: str) -> Form:
    """The form that a text says. Raises Malformed with the number of the line that is wrong."""
    lines = [(number, line) for number, line in enumerate(spaced(text).splitlines(), 1) if line.strip()]
    if len(lines) > MAX_FIELDS:
        raise Malformed("too_many", f"最多 {MAX_FIELDS} 项，现在有 {len(lines)} 项")
    form: Form = []
    for number, line in lines:
        field = _parse_line(number, line)
        if any(there["name"] == field["name"] for there in form):
            raise Malformed("twice", f"第 {number} 行：“{field['title']}”写了两次，请换个名称")
        form.append(field)
    return form


def _parse_line(number: int, line: str) -> dict[str, Any]:
    text = line.strip()
    required = text[0] in "*＊" or text[-1] in "*＊"
    text = text.strip("*＊ ")
    title, _, listed = text.replace("：", ":", 1).partition(":")
    choices = [part.strip() for part in re.split(r"[/／]", listed) if part.strip()]
    kind = "choice" if listed.strip() else "text"
    found = _KIND_AT_END.match(title.strip())
    if not choices and found and found[2].strip() in _BY_WORD:
        title, kind = found[1], _BY_WORD[found[2].strip()]
    title = title.strip()
    _check(number, title, kind, choices)
    field: dict[str, Any] = {"name": title, "title": title, "kind": kind, "required": required}
    if kind == "choice":
        field["choices"] = [{"value": choice, "title": choice} for choice in choices]
    return field


def _check(number: int, title: str, kind: str, choices: Sequence[str]) -> None:
    if not 1 <= len(title) <= _MAX_TITLE:
        raise Malformed("title", f"第 {number} 行：名称要有 1 到 {_MAX_TITLE} 个字")
    if kind != "choice":
        return
    if not 2 <= len(set(choices)) == len(choices) <= _MAX_CHOICES:
        raise Malformed("choices", f"第 {number} 行：选项要有 2 到 {_MAX_CHOICES} 个，各不相同，用 / 隔开")
    if max(map(len, choices)) > _MAX_TITLE:
        raise Malformed("choices", f"第 {number} 行：每个选项最多 {_MAX_TITLE} 个字")


def spell(form: Sequence[Mapping[str, Any]] | None) -> str:
    """The text that says a form, as `parse` takes it."""
    return "\n".join(_spell(field) for field in form or ())


def _spell(field: Mapping[str, Any]) -> str:
    star = "*" if field.get("required") else ""
    kind = field.get("kind", "text")
    if kind == "choice":
        return f"{star}{field['title']}：{'/'.join(choice['title'] for choice in field['choices'])}"
    return f"{star}{field['title']}" + (f"（{KINDS[kind]}）" if kind != "text" else "")


def fields_of(form: Sequence[Mapping[str, Any]] | None) -> dict[str, Described]:
    """What checks the answers of a form, by name."""
    return {str(field["name"]): _described(field) for field in form or ()}


def _described(field: Mapping[str, Any]) -> Described:
    title, required = str(field["title"]), bool(field.get("required"))
    match field.get("kind", "text"):
        case "choice":
            options = [Choice(str(item["value"]), str(item["title"])) for item in field["choices"]]
            return Pick(title, options, required=required)
        case "number":
            return Number(title, places=3, min=-1_000_000_000, max=1_000_000_000, required=required)
        case "date":
            return Day(title, required=required)
        case "flag":
            return Flag(title)
        case "longtext":
            return LongText(title, max=1000, required=required)
    return Text(title, max=200, required=required)


__all__ = ["KINDS", "Form", "fields_of", "parse", "spell"]
