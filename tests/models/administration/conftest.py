"""A prepared house with one company and ways to make accounts in it."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.passwords import ID_TAIL
from models.administration.records import Account
from models.administration.roles import assign
from models.core import crypto
from models.organization.records import Company
from tests.support.laying import lay_standards

GOOD = "Long#enough-81"
_hashes: dict[str, str] = {}


def hashed(password: str) -> str:
    """Argon2, once per password."""
    return _hashes.setdefault(password, crypto.hash_password(password))


class House:
    """One group with a company in it, and accounts as a test wants them."""

    def __init__(self) -> None:
        lay_standards()
        self.group = self.node("集团", "group", None)
        self.company = self.node("江南机械", "company", self.group)

    def node(self, name: str, kind: str, parent: Company | None) -> Company:
        row = Company.create(name=name, kind=kind, parent=parent)
        row.path = f"{parent.path if parent else '/'}{row.id}/"
        row.company_root = row.id if kind == "company" else (parent.company_root if parent else None)
        row.save()
        return row

    def account(
        self, login: str = "13800000001", *, password: str | None = GOOD, role: str = "worker", **values: Any
    ) -> Account:
        account = Account.create(
            **{
                "company": self.company,
                "login": login,
                "name": "陈一",
                "password_hash": None if password is None else hashed(password),
                **values,
            }
        )
        if role:
            assign(account.id, role, None if role == "worker" else account.company_id)
        return account

    def first(self, login: str = "13800000002", **values: Any) -> Account:
        from models.administration.accounts import first_password_until

        made: dict[str, Any] = {
            "id_number": "330102199003070019",
            "password_hash": ID_TAIL,
            "first_password": True,
            "must_change_password": True,
            "first_password_until": first_password_until(),
        }
        return self.account(login, password=None, **{**made, **values})


@pytest.fixture
def house(database: Any) -> House:
    return House()
