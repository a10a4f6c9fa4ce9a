"""What an outcome needs, cleaned by the kind's own fields: every fault at once, each at its field (H06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.core.errors import Invalid, Malformed
from models.core.fields import Described, Flag, Link
from models.core.ledger.changes.form_values import FormField, clean_value
from models.core.ledger.reference_check import judged, owned_in
from models.core.row_ids import all_ids
from models.organization.records import Person
from models.tasks.flow.definition import StepOutcome
from models.tasks.people.resolve import there_of

MAX_PHOTOS = 9


@dataclass(frozen=True)
class Filled:
    """Clean values by input, and the photos that came along, by input."""

    values: dict[str, Any] = field(default_factory=dict)
    photos: dict[str, list[int]] = field(default_factory=dict)

    def stored(self, inputs: Mapping[str, Described]) -> dict[str, Any] | None:
        """The values as JSON keeps them."""
        plain = {name: inputs[name].plain(value) for name, value in self.values.items()}
        return {**plain, **self.photos} or None


ALL = "*"


def asked_of(
    photos: Mapping[str, str], inputs: Mapping[str, Described], outcome: StepOutcome
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that an outcome needs, and that it may have; `*` stands for all inputs that it does not name.

    What is needed where another input has some value comes along with that one, also if the flow does not name it.
    """
    named = {*outcome.needs, *outcome.optional}
    rest = tuple(name for name in dict.fromkeys((*inputs, *photos)) if name not in named)
    needs, optional = (
        tuple(item for name in names for item in (rest if name == ALL else (name,)))
        for names in (outcome.needs, outcome.optional)
    )
    asked = {*needs, *optional}
    optional += tuple(name for name in inputs if name not in asked and hangs_on(inputs, name) in asked)
    required = {
        name
        for name in optional
        if name in inputs and is_required(inputs[name]) and hangs_on(inputs, name) not in asked
    }
    return (*needs, *sorted(required, key=optional.index)), tuple(n for n in optional if n not in required)


def hangs_on(inputs: Mapping[str, Described], name: str) -> str:
    """The input on whose value it hangs whether one is needed; empty for none."""
    field = inputs.get(name)
    return field.needed_when[0] if field is not None and field.needed_when is not None else ""


def is_required(field: Described) -> bool:
    """Whether a field asks for a value by itself; yes or no is never empty."""
    return field.required and not isinstance(field, Flag)


def fill(
    photos: Mapping[str, str],
    inputs: Mapping[str, Described],
    outcome: StepOutcome,
    values: Any,
    company_id: int,
) -> Filled:
    """The inputs of an outcome from what was sent; `photos` names those that are pictures. Raises Invalid with a
    sentence at every wrong field.
    """
    sent = values if values is not None else {}
    if not isinstance(sent, Mapping):
        raise Invalid("提交的内容格式不对", fields={"values": "这里要填一组内容"})
    needs, optional = asked_of(photos, inputs, outcome)
    wanted = (*needs, *optional)
    wrong = {str(name)[:60]: "没有这一项" for name in sent if name not in wanted}
    filled = Filled()
    # What others hang on first, so that its value is known.
    for name in sorted(dict.fromkeys(wanted), key=lambda each: hangs_on(inputs, each) in wanted):
        try:
            if name in photos:
                sent_photos = _photos(sent.get(name))
                if sent_photos:
                    filled.photos[name] = sent_photos
                elif name in needs:
                    wrong[name] = "请上传照片"
                continue
            needed = name in needs or _needed_now(inputs[name], filled.values)
            value = _value(inputs[name], name, sent, needed)
        except Malformed as error:
            wrong[name] = error.message
            continue
        if name in sent:
            filled.values[name] = value
    wrong |= _strangers(filled.values, inputs, company_id)
    if wrong:
        raise Invalid(fields=wrong)
    return filled


def _needed_now(field: Described, values: Mapping[str, Any]) -> bool:
    if field.needed_when is None:
        return False
    other, value = field.needed_when
    return bool(values.get(other) == value)


def _value(field: Described, name: str, sent: Mapping[str, Any], needed: bool) -> Any:
    value = clean_value(FormField(name, field.title, field, needed), sent.get(name))
    if needed and value is None:
        raise Malformed("required", f"请选择{field.title}")
    return value


def _photos(value: Any) -> list[int]:
    if value in (None, ""):
        return []
    items = value if isinstance(value, list) else ["?"]
    if len(items) > MAX_PHOTOS:
        raise Malformed("too_many", f"最多 {MAX_PHOTOS} 张照片")
    ids = all_ids(items)
    if ids is None:
        raise Malformed("wrong_type", "照片没有上传成功，请重新上传")
    return ids


def _strangers(values: Mapping[str, Any], inputs: Mapping[str, Described], company_id: int) -> dict[str, str]:
    """A sentence for every reference to what is not there, is another company's, or to somebody who has left."""
    wrong = {}
    for name, value in values.items():
        column = inputs[name]
        if not isinstance(column, Link) or value is None:
            continue
        if column.rel_model is Person:
            if value not in there_of(company_id, [value]):
                wrong[name] = f"请从本单位在职人员中选择{column.title}"
            continue
        if judged(owned_in(column.rel_model.select(), column, [value]), value, company_id) is not None:
            wrong[name] = f"没有这一项，请从列表中选择{column.title}"
    return wrong
