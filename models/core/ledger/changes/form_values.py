"""What was sent, made into values that rules can trust: every fault found at once, each at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.core.coordinates import position_faults
from models.core.errors import Conflict, Invalid, Malformed
from models.core.fields import Described, DrawnSignature, Flag, PersonalId, Secret
from models.core.ledger.branches import cycles
from models.core.ledger.declaration import Derived, Ledger, Values
from models.core.ledger.reference_check import ReferenceCheck
from models.core.ledger.sub_rows import present
from models.core.security.actor import Actor

_POSITION = ("lng", "lat")
_PICKED = ("choice", "choices", "reference", "references", "date", "moment", "flag", "grants")


@dataclass(frozen=True)
class FormField:
    """A field of a form: what checks it and what the form says of it."""

    name: str
    title: str
    field: Any
    required: bool
    create_only: bool = False
    derived: Derived | None = None

    @property
    def starts_with(self) -> Any:
        """What stands there when nothing is sent; None for nothing."""
        default = getattr(self.field, "default", None)
        return default() if callable(default) else default

    def please(self) -> str:
        """The sentence for a value that is missing."""
        if self.field.kind == "signature":
            return f"还差{self.title}，请签名"
        return f"请{'选择' if self.field.kind in _PICKED else '填写'}{self.title}"


def asked_in_form(ledger: Ledger) -> dict[str, FormField]:
    """The fields that a form may send, by name."""
    asked = {}
    for name in ledger.form_fields():
        derived = ledger.derived_named(name)
        if derived is not None:
            if derived.field is not None:
                field = derived.field
                asked[name] = FormField(
                    name, derived.title, field, derived.required, derived.create_only, derived
                )
            continue
        field = ledger.record._meta.fields[name]
        if not field.readonly:
            required = field.required and not isinstance(field, Flag)
            asked[name] = FormField(name, field.title, field, required, field.create_only)
    return asked


def clean_form(actor: Actor, ledger: Ledger, values: Any, *, right: str, record: Any = None) -> Values:
    """The clean values of a form; `record` is the row as it is when one is edited.

    A new row without a company gets the actor's own. Raises Invalid with a sentence at every wrong field.
    """
    asked = asked_in_form(ledger)
    if record is None:
        values = _with_company(actor, ledger, asked, values)
    wrong: dict[str, str] = {}
    clean = _clean(asked, values, wrong, _unchanged(actor, ledger, record), record=record)
    for name in values if isinstance(values, Mapping) else ():
        if name not in asked:
            known = name in ledger.record._meta.fields or ledger.derived_named(name) is not None
            wrong[str(name)[:60]] = "这一项由系统填写，不能修改" if known else "没有这一项"
    check = ReferenceCheck(actor, ledger, right, record=record)
    wrong |= check.refused({name: item.field for name, item in asked.items()}, clean)
    _check_position(clean, wrong, record)
    wrong |= _kept_signatures(ledger, clean, record)
    if record is not None and not wrong:
        wrong |= cycles(ledger.record, record, clean)
    wrong = wrong or broken_checks(ledger, clean, record)
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def broken_checks(ledger: Ledger, clean: Values, record: Any = None) -> dict[str, str]:
    """What the ledger's rules across fields say of a row with these values, over those that `record` has already."""
    wrong: dict[str, str] = {}
    if not ledger.checks:
        return wrong
    there = {} if record is None else {**record.__data__, **present(record)}
    for check in ledger.checks:
        wrong |= check({**there, **clean})
    return wrong


def _kept_signatures(ledger: Ledger, clean: Values, record: Any) -> dict[str, str]:
    """Signatures that would be replaced or taken from a closed case, whose evidence they are."""
    if record is None or not ledger.is_closed(record):
        return {}
    return {
        name: "已经办结，签名要留存，不能更换；要更正请另外登记一条"
        for name in clean
        if isinstance(ledger.record._meta.fields.get(name), DrawnSignature) and record.__data__.get(name)
    }


def _check_position(clean: Values, wrong: dict[str, str], record: Any) -> None:
    """Whatever has a longitude and a latitude has both or neither, and a place of the earth: where one of them is set anew."""
    old = {} if record is None else {name: record.__data__.get(name) for name in _POSITION}
    if not set(_POSITION) & set(wrong) and any(
        clean.get(name, old.get(name)) != old.get(name) for name in _POSITION
    ):
        wrong.update(position_faults({**old, **clean}))


def clean_answers(
    actor: Actor,
    ledger: Ledger,
    fields: Mapping[str, Described],
    values: Any,
    *,
    right: str,
    records: Sequence[Any] = (),
) -> Values:
    """The clean answers to an action's questions about `records`; a yes or no that was not answered is as it was offered.

    Raises Invalid.
    """
    asked = {
        name: FormField(name, field.title, field, field.required and not isinstance(field, Flag))
        for name, field in fields.items()
    }
    wrong: dict[str, str] = {}
    clean = _clean(asked, values, wrong, None)
    for name in values if isinstance(values, Mapping) else ():
        if name not in asked:
            wrong[str(name)[:60]] = "没有这一项"
    companies = {record.scope_value("company") for record in records} - {None}
    wrong |= ReferenceCheck(actor, ledger, right, companies=companies).refused(fields, clean)
    if wrong:
        raise Invalid(fields=wrong)
    offered = {name: bool(field.default) for name, field in fields.items() if isinstance(field, Flag)}
    return offered | clean


def _with_company(actor: Actor, ledger: Ledger, asked: Mapping[str, FormField], values: Any) -> Any:
    name = ledger.record.company_field
    if name is None or name not in asked or not isinstance(values, Mapping) or not asked[name].required:
        return values
    if values.get(name) in (None, "") and actor.company_id is not None:
        return {**values, name: str(actor.company_id)}
    return values


def _clean(
    asked: Mapping[str, FormField],
    values: Any,
    wrong: dict[str, str],
    unchanged: Callable[[FormField, Any, Any], bool] | None,
    *,
    record: Any = None,
) -> Values:
    new = record is None
    if not isinstance(values, Mapping):
        raise Invalid("提交的内容格式不对", fields={"values": "这里要填一组内容"})
    clean: Values = {}
    for name, item in asked.items():
        if name not in values or _stays(item, values[name], record):
            if new and item.required and item.starts_with is None:
                wrong[name] = item.please()
            continue
        try:
            value = clean_value(item, values[name])
        except Malformed as error:
            if unchanged is None or not unchanged(item, values[name], None):
                wrong[name] = error.message
            continue
        if unchanged is not None and item.create_only:
            if not unchanged(item, values[name], value):
                wrong[name] = "新增之后不能修改"
            continue
        clean[name] = value
    return clean


def _stays(item: FormField, sent: Any, record: Any) -> bool:
    """Whether a secret was sent back as the form had it: as its mask, or as an empty box where one is set; or a signature,
    as its word."""
    if isinstance(item.field, DrawnSignature) and record is not None:
        there = record.__data__.get(item.name)
        return there is not None and sent == item.field.plain(there)
    if not isinstance(item.field, Secret):
        return False
    return sent == Secret.MASK or (
        sent in (None, "") and record is not None and bool(record.__data__.get(item.name))
    )


def clean_value(item: FormField, sent: Any) -> Any:
    """The clean value of one field. Raises Malformed, also where a required one is empty."""
    value = item.field.read(sent, required=item.required)
    if value not in (None, "", []):
        return value
    if item.required:
        raise Malformed("required", item.please())
    if item.derived is None and not item.field.null:
        return item.starts_with
    return value


def _unchanged(actor: Actor, ledger: Ledger, record: Any) -> Callable[[FormField, Any, Any], bool] | None:
    """Tells whether a field was sent back as it is (an ID number also as its mask), when a row is edited."""
    if record is None:
        return None

    def unchanged(item: FormField, sent: Any, clean: Any) -> bool:
        if item.derived is not None:
            present = item.derived.load(actor, [record]).get(record.get_id())
            return present == sent or (clean is not None and present == clean)
        present = record.__data__.get(item.name)
        if isinstance(item.field, PersonalId) and sent == item.field.plain(present):
            return True
        return (clean is not None and clean == present) or (sent in (None, "") and present is None)

    return unchanged


def as_it_stood(ledger: Ledger, kept: Mapping[str, Any]) -> Values:
    """What stood in a row's fields, made of what was kept of it as a form sends it, to be put back; None was nothing.

    Raises Conflict `no_undo` for a value that its field does not take any more (a choice that was given up since).
    """
    values: dict[str, Any] = {}
    for name, value in kept.items():
        field = ledger.field_named(name)
        try:
            values[name] = None if value is None else field.clean(value)
        except Malformed as error:
            title = getattr(field, "title", name)
            raise Conflict(
                "不能撤销",
                code="no_undo",
                cause=f"“{title}”原来的内容现在填不进去了：{error.message}",
                advice="请在列表里单独修改",
            ) from None
    return values
