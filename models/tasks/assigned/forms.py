"""The form in which the result of a given task is told: fields that its giver chose, made into ours (H03)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.core.errors import Malformed
from models.core.fields import Choice, Day, Described, Flag, Integer, LongText, Number, Pick, Text, spaced

MAX_FIELDS = 20
_MAX_CHOICES = 30
KINDS = (
    Choice("text", "一行文字"), Choice("longtext", "多行文字"), Choice("integer", "整数"), Choice("number", "数字"),
    Choice("date", "日期"), Choice("choice", "单选"), Choice("flag", "是或否"), Choice("photos", "照片"),
)  # fmt: skip
Form = Sequence[Mapping[str, Any]]


def clean_form(given: Any) -> list[dict[str, Any]]:
    """The fields as they are kept: `[{"name", "title", "kind", "required", "choices", "help"}]`. Raises Malformed.

    Names are ours (f1, f2 …): what people type never names a column.
    """
    if given in (None, "", []):
        return []
    if not isinstance(given, list) or not all(isinstance(item, Mapping) for item in given):
        raise Malformed("wrong_type", "结果表单的格式不对")
    if len(given) > MAX_FIELDS:
        raise Malformed("too_many", f"结果表单最多 {MAX_FIELDS} 项")
    return [_field(item, number) for number, item in enumerate(given, 1)]


def _field(item: Mapping[str, Any], number: int) -> dict[str, Any]:
    title = item.get("title")
    title = spaced(title)[:40] if isinstance(title, str) else ""
    if not title:
        raise Malformed("required", f"结果表单第 {number} 项没有名称")
    kind = item.get("kind") or "text"
    if kind not in {choice.value for choice in KINDS}:
        names = "、".join(choice.title for choice in KINDS)
        raise Malformed("no_such_choice", f"“{title}”的类型只能是：{names}")
    made: dict[str, Any] = {
        "name": f"f{number}",
        "title": title,
        "kind": kind,
        "required": bool(item.get("required")),
    }
    if kind == "choice":
        made["choices"] = _choices(item.get("choices"), title)
    if isinstance(item.get("help"), str):
        made["help"] = spaced(item["help"])[:80]
    return made


def _choices(given: Any, title: str) -> list[str]:
    listed = given if isinstance(given, list) else []
    choices = list(
        dict.fromkeys(spaced(item)[:40] for item in listed if isinstance(item, str) and spaced(item))
    )
    if not 2 <= len(choices) <= _MAX_CHOICES:
        raise Malformed("no_choices", f"“{title}”要有 2 到 {_MAX_CHOICES} 个选项")
    return choices


def inputs_of(form: Form) -> dict[str, Described]:
    """The fields of a kept form, by name."""
    return {item["name"]: _MAKE[item["kind"]](item) for item in form}


def _options(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": item["required"], "help": item.get("help", "")}


_MAKE: dict[str, Callable[[Mapping[str, Any]], Described]] = {
    "text": lambda item: Text(item["title"], max=200, **_options(item)),
    "longtext": lambda item: LongText(item["title"], max=2000, **_options(item)),
    "integer": lambda item: Integer(item["title"], min=-1_000_000_000, max=1_000_000_000, **_options(item)),
    "number": lambda item: Number(
        item["title"], places=4, min=-1_000_000_000, max=1_000_000_000, **_options(item)
    ),
    "date": lambda item: Day(item["title"], **_options(item)),
    "choice": lambda item: Pick(item["title"], [Choice(c, c) for c in item["choices"]], **_options(item)),
    "flag": lambda item: Flag(item["title"], help=item.get("help", "")),
    "photos": lambda item: Text(item["title"], **_options(item)),  # its name and whether it must be there
}


def photos_of(form: Form) -> dict[str, str]:
    """The fields of a kept form that are photos, each a stage of its own."""
    return {item["name"]: item["name"] for item in form if item["kind"] == "photos"}


def told(
    form: Form, values: Mapping[str, Any] | None, pictures: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """What was filled in, by the titles of the fields; `pictures` are the addresses of the photos of each."""
    kept = values or {}
    return [
        {
            "title": item["title"],
            "value": kept.get(item["name"]),
            "pictures": list(pictures.get(item["name"], ())),
        }
        for item in form
    ]
