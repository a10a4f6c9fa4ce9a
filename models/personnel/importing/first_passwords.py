"""The choice of a first password where people are entered, and what an import leaves to be handed out (Q05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from models.administration.accounts.accounts import renew_first_password
from models.administration.accounts.invitations import CODE, OPEN, TAIL, WISHED, Issued
from models.administration.accounts.membership_words import membership
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Invitation
from models.core.config import config
from models.core.errors import Conflict, Forbidden, Malformed
from models.core.excel import SheetColumn, write_sheet
from models.core.fields import Choice, Pick
from models.core.files.mime import XLSX
from models.core.ledger import Left
from models.core.ledger.declaration import ResultFile
from models.core.security.actor import Actor
from models.core.security.crypto import hash_id_number
from models.organization.records import Binding, Person

Values = dict[str, Any]
_CHUNK = 400


class FirstPassword(Pick):
    """Activation code or end of the ID number, code first; where the installation knows codes alone, nothing else.

    `{days}` in a title is how long a first password lives.
    """

    def __init__(self, code: str, tail: str, **options: Any) -> None:
        choices = (Choice(CODE, code), Choice(TAIL, tail))
        super().__init__("初始密码", choices, default=CODE, required=True, **options)

    def clean(self, value: Any) -> str | None:
        found = super().clean(value)
        if found == TAIL and config().first_password == CODE:
            raise Malformed("codes_only", "这里只用激活码，请选激活码")
        return found

    def describe(self) -> dict[str, Any]:
        offered = self.options[:1] if config().first_password == CODE else self.options
        days = config().first_password_days
        return {
            "choices": [vars(replace(choice, title=choice.title.format(days=days))) for choice in offered]
        }


FOR_A_SHEET = FirstPassword(
    "激活码（推荐：每人一个，导入后下载清单交给本人）", "身份证号后 6 位（{days} 天内有效，一共只能试 5 次）",
    help=f"{membership()}。",
)  # fmt: skip


def left_to_hand_out(actor: Actor, rows: Sequence[Values], options: Values) -> Left | None:
    """Whose activation codes are to be handed out after an import of these rows, and who waits for somebody's yes."""
    wanted = [hash_id_number(row["id_number"]) for row in rows if row.get("open_account")]
    found = _invitations(actor, wanted)
    uncoded: list[int] = []
    waiting = coded = tails = 0
    for invitation in (found[hashed] for hashed in wanted if hashed in found):  # in the order of the sheet
        if invitation.state == WISHED:
            waiting += 1
        elif invitation.secret is None:
            uncoded.append(invitation.person_id)
        elif invitation.secret == ID_TAIL:
            tails += 1
        else:
            coded += 1
    told = []
    if uncoded:
        told.append(f"{len(uncoded)} 人要用激活码第一次登录：请下载清单，分给本人后删除。")
    if tails:
        days = config().first_password_days
        told.append(f"{tails} 人可以登录：账号是联系电话，初始密码是身份证号后 6 位，{days} 天内有效。")
    if coded:
        told.append(f"另有 {coded} 人以前发过激活码，还有效，不用再发。")
    gone = 0 if options.get("bring_back") else _left_out(actor, rows)
    if gone:
        told.append(f"{gone} 人已移出本单位或没有通过审核，没有改动。")
    if waiting:
        told.append(f"{waiting} 人的账号要等可审核的人在“人员”里通过，由他发初始密码。")
    return Left(tuple(uncoded), "".join(told)) if told else None


def _left_out(actor: Actor, rows: Sequence[Values]) -> int:
    """How many of these humans are in the unit's files and not in the unit."""
    hashes = [hash_id_number(row["id_number"]) for row in rows]
    found = 0
    for start in range(0, len(hashes), _CHUNK):
        part = hashes[start : start + _CHUNK]
        gone = Binding.select().join(Person, on=(Binding.person == Person.id))
        mine = (Person.company == actor.company_id) & Person.id_hash.in_(part)
        found += gone.where(mine, Binding.state.in_(("ended", "refused"))).count()
    return found


def _invitations(actor: Actor, hashes: Sequence[str]) -> dict[str, Invitation]:
    """What is open or wished for these humans in the actor's unit, by the hash of the ID number."""
    found: dict[str, Invitation] = {}
    names = (Invitation.id_hash, Invitation.person_id, Invitation.state, Invitation.secret)
    for start in range(0, len(hashes), _CHUNK):
        rows = (
            Invitation.select(*names)
            .join(Person, on=(Person.id == Invitation.person_id))
            .where(
                Invitation.company_id == actor.company_id,
                Invitation.id_hash.in_(hashes[start : start + _CHUNK]),
                Invitation.state.in_((OPEN, WISHED)),
                Person.account_id.is_null(),
            )
        )
        found |= {row.id_hash: row for row in rows}
    return found


def draw(actor: Actor, persons: Sequence[Person]) -> list[Issued]:
    """A new activation code for each; earlier ones are good no more."""
    return [renew_first_password(actor, person, coded=True) for person in persons]


def draw_left(actor: Actor, persons: Sequence[Person]) -> list[Issued]:
    """As `draw`, after an import: who can't be given one any more has the reason in its place, and holds nobody up."""
    return [_drawn(actor, person) for person in persons]


def _drawn(actor: Actor, person: Person) -> Issued:
    try:
        return renew_first_password(actor, person, coded=True)
    except (Conflict, Forbidden) as refused:  # said before anything is written
        return Issued(person.name, person.phone, f"没有发：{refused.cause or refused.title}")


def sheet(lines: Iterable[Issued]) -> ResultFile:
    """The codes as a sheet to be handed out."""
    target = BytesIO()
    columns = [SheetColumn("name", "姓名"), SheetColumn("login", "账号"), SheetColumn("code", "激活码")]
    write_sheet(target, columns, ([line.name, line.login, line.code] for line in lines), title="激活码")
    return ResultFile("激活码.xlsx", XLSX, target.getvalue())


def told(issued: Issued) -> str:
    """What is to be told to somebody who was invited."""
    secret = f"激活码 {issued.code}" if issued.code else "初始密码是身份证号后 6 位"
    return f"{issued.name}：账号 {issued.login}，{secret}"
