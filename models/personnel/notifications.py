"""What happens to somebody's account and files, told to them on every way they have (I7); claims, to who may review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from models.administration.records import Account
from models.core.events.outbox import Outbox
from models.core.security.identifiers import mask_phone
from models.messages.tellers import teller
from models.organization.records import DECIDE_BINDINGS, Binding, Company, Person

if TYPE_CHECKING:
    from models.messages.tell import Telling

LINK = "/pages/me/index"
_NOT_ME = "不是您本人的意思，请马上联系单位的安全管理员。"


@teller("person.tied")
def tied(row: Outbox) -> Telling | None:
    """A unit's file was tied to their account."""
    return _to_file(
        row, "单位已和您的账号绑定", f"{_unit(row)}的人员资料已绑定到您的账号{_by(row)}。{_NOT_ME}"
    )


@teller("person.untied")
def untied(row: Outbox) -> Telling | None:
    """A unit took its file from their account: they hear of it by the phone, e-mail and chat of the file."""
    return _to_file(
        row,
        "单位已解除您的账号",
        f"您的账号不再绑定{_unit(row)}的人员资料{_by(row)}，在该单位打开的都已退出。",
    )


@teller("person.first_password")
def first_password(row: Outbox) -> Telling | None:
    """A unit gave them a first password again."""
    return _to_file(
        row,
        "您的初始密码已重发",
        f"{_unit(row)}给您的账号重发了初始密码{_by(row)}，原密码作废，已登录的设备都已退出。{_NOT_ME}",
    )


@teller("person.role_changed")
def role_changed(row: Outbox) -> Telling | None:
    """What they may do in a unit changed with their file."""
    person = Person.get_or_none(Person.id == row.subject_id)
    if person is None:
        return None
    title: str = Person.role.title_of(person.role)
    return _to_file(row, "您的人员类型已变更", f"您在{_unit(row)}的人员类型现在是“{title}”，权限随之变化。")


@teller("person.account_moved")
def moved(row: Outbox) -> Telling | None:
    """Their account is looked after by another unit from now on."""
    return _to_file(row, "您的账号改由新单位管理", f"您已离开原单位，账号今后由{_unit(row)}管理。{_NOT_ME}")


@teller("person.login_moved")
def login_moved(row: Outbox) -> Telling | None:
    """They sign in with another phone number from now on."""
    person = Person.get_or_none(Person.id == row.subject_id)
    if person is None:
        return None
    return _to_file(
        row,
        "您的登录账号已改",
        f"{_unit(row)}更新了您的手机号{_by(row)}，今后用 {mask_phone(person.phone)} 登录，密码不变。{_NOT_ME}",
    )


@teller("account.password_reset")
def password_reset(row: Outbox) -> Telling | None:
    """An administrator gave them a new password."""
    return _to_account(
        row, "您的密码已重置", f"管理员重置了您的密码{_by(row)}，原密码作废，已登录的设备都已退出。{_NOT_ME}"
    )


@teller("account.roles_changed")
def roles_changed(row: Outbox) -> Telling | None:
    """An administrator changed what they may do."""
    return _to_account(row, "您的角色已变更", f"管理员修改了您的角色{_by(row)}，权限随之变化。")


@teller("account.second_factor_set")
@teller("account.second_factor_removed")
@teller("account.second_factor_reset")
def second_factor_changed(row: Outbox) -> Telling | None:
    """Their second factor was set up, switched off, or taken away by somebody else (ASVS 4.0.3 V2.2.3)."""
    what = row.kind.rpartition("_")[2]
    title = {"set": "动态口令已设置", "removed": "动态口令已关闭", "reset": "您的动态口令已重置"}[what]
    end = "已登录的设备都已退出，下次登录重新设置。" if what == "reset" else ""
    return _to_account(row, title, f"{title}{_by(row) if what == 'reset' else ''}。{end}{_NOT_ME}")


@teller("claim.made")
def claimed(row: Outbox) -> Telling | None:
    """To who may review: somebody says that a file is theirs."""
    person = Person.get_or_none(Person.id == row.subject_id, Person.account_id.is_null())
    if person is None:
        return None
    text = f"有账号说“{person.name}”是本人。请在“人员”里筛选“待确认本人”，核对后点“确认本人”或“不是本人”。"
    return _to_reviewers(row, person, f"【待确认】{person.name}的账号", text)


@teller("claim.denied")
def denied(row: Outbox) -> Telling | None:
    """To who may review: whoever was asked said that it is not them."""
    person = Person.get_or_none(Person.id == row.subject_id)
    if person is None:
        return None
    text = f"收到询问的账号回答“{person.name}”不是本人，请核对身份证号和联系电话。"
    return _to_reviewers(row, person, f"【请核对】{person.name}的身份证号", text)


def _unit(row: Outbox) -> str:
    company = Company.get_or_none(Company.id == row.company_id)
    return f"“{company.name}”" if company is not None else "单位"


def _by(row: Outbox) -> str:
    by = dict(row.payload or {}).get("by")
    return f"（经办：{by}）" if by else ""


def _to_file(row: Outbox, title: str, text: str) -> Telling | None:
    if not Binding.select().where(Binding.person == row.subject_id).exists():
        return None  # deleted meanwhile
    return _telling(row, title, text, [int(row.subject_id or 0)])


def _to_account(row: Outbox, title: str, text: str) -> Telling | None:
    """By the file in the company that looks after the account; who has none there hears of it nowhere else."""
    account = Account.get_or_none(Account.id == row.subject_id)
    files = Person.select(Person.id).where(
        Person.account_id == row.subject_id, Person.company == row.company_id
    )
    persons = [file.id for file in files]
    return None if account is None or not persons else _telling(row, title, text, persons)


def _to_reviewers(row: Outbox, person: Person, title: str, text: str) -> Telling:
    from models.tasks.people.responsible import persons_with

    told = [one for one in persons_with(DECIDE_BINDINGS, person.company_id) if one != person.id]
    return _telling(row, title, text, told, link="/pages/messages/index")


def _telling(row: Outbox, title: str, text: str, persons: Iterable[int], *, link: str = LINK) -> Telling:
    from models.messages.channels.records import CARD, EMAIL, SMS
    from models.messages.records import NORMAL
    from models.messages.tell import Telling

    values: dict[str, Any] = {
        "company_id": int(row.company_id or 0), "kind": row.kind, "subject_kind": "person",
        "subject_id": int(row.subject_id or 0), "title": title, "text": text, "link": link, "urgency": NORMAL,
        "persons": list(persons), "ways": (CARD, SMS, EMAIL),
    }  # fmt: skip
    return Telling(**values)
