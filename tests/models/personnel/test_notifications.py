"""What is told of an account and a file: in which words, to whom, and of what that is gone nothing (I7)."""

from __future__ import annotations

import pytest

from models.administration.records import Account
from models.core.events.outbox import Outbox
from models.messages.tellers import telling_of
from models.organization.records import Binding, Person
from tests.models.organization.conftest import Town

BY = "（经办：安全员）"
#: What is told, the words of its title, and whether it names who did it.
OF_FILES = [
    ("person.tied", "单位已和您的账号绑定", True),
    ("person.untied", "单位已解除您的账号", True),
    ("person.first_password", "您的初始密码已重发", True),
    ("person.role_changed", "您的人员类型已变更", False),
    ("person.account_moved", "您的账号改由新单位管理", False),
    ("person.login_moved", "您的登录账号已改", True),
]
OF_ACCOUNTS = [
    ("account.password_reset", "您的密码已重置", True),
    ("account.roles_changed", "您的角色已变更", True),
    ("account.second_factor_set", "动态口令已设置", False),
    ("account.second_factor_removed", "动态口令已关闭", False),
    ("account.second_factor_reset", "您的动态口令已重置", True),
]


def told(kind: str, company_id: int, subject_id: int, **payload: str) -> tuple[str, str, list[int]] | None:
    telling = telling_of(Outbox(kind=kind, company_id=company_id, subject_id=subject_id, payload=payload))
    return None if telling is None else (telling.title, telling.text, list(telling.persons))


@pytest.mark.parametrize(("kind", "title", "names"), OF_FILES)
def test_what_a_unit_did_is_told_to_the_human_of_the_file(
    town: Town, kind: str, title: str, names: bool
) -> None:
    person, _ = town.working(1, role="safety_officer")
    said = told(kind, town.company.id, person.id, by="安全员")
    assert said is not None and (said[0], said[2]) == (title, [person.id])
    assert "“江南机械”" in said[1] and (BY in said[1]) is names
    silent = told(kind, town.company.id, person.id)
    assert silent is not None and silent[1] == said[1].replace(BY, ""), (
        "nobody is named where nobody is known"
    )
    assert ("“安全管理员”" in said[1]) is (kind == "person.role_changed")
    assert ("138****0001" in said[1]) is (kind == "person.login_moved")
    nowhere = told(kind, 0, person.id)
    assert nowhere is not None and "江南机械" not in nowhere[1]
    Binding.delete().execute()
    Person.delete().where(Person.id == person.id).execute()
    assert told(kind, town.company.id, person.id) is None


@pytest.mark.parametrize(("kind", "title", "names"), OF_ACCOUNTS)
def test_what_became_of_an_account_is_told_by_the_file_of_the_unit_that_looks_after_it(
    town: Town, kind: str, title: str, names: bool
) -> None:
    here, account = town.working(1)
    there, _ = town.working(1, by=town.neighbour, account=account, phone="13911112222")
    for company, person in ((town.company, here), (town.other, there)):
        said = told(kind, company.id, account.id, by="安全员")
        assert said is not None and (said[0], said[2]) == (title, [person.id])
        assert (BY in said[1]) is names
    ended = "已登录的设备都已退出" in said[1]
    assert ended is (kind in ("account.password_reset", "account.second_factor_reset"))
    assert told(kind, town.group.id, account.id) is None, "it has no file there"
    Account.delete().where(Account.id == account.id).execute()
    assert told(kind, town.company.id, account.id) is None


@pytest.mark.parametrize("kind", ["claim.made", "claim.denied"])
def test_a_claim_is_told_to_who_may_review_and_never_to_the_file_itself(town: Town, kind: str) -> None:
    reviewer, _ = town.working(1, by=town.boss, role="safety_officer", may_review=True)
    town.working(2, role="safety_officer")
    claimed = town.worker(3, by=town.boss, role="safety_officer", may_review=True).person
    said = told(kind, town.company.id, claimed.id)
    assert (
        said is not None and said[2] == [reviewer.id] and claimed.name in said[0] and claimed.name in said[1]
    )
    own = told("claim.denied", town.company.id, reviewer.id)
    assert own is not None and own[2] == []
    assert told("claim.made", town.company.id, reviewer.id) is None, "it is somebody's by now"
    assert told(kind, town.company.id, 10**9) is None
