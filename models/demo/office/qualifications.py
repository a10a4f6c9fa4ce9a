"""What the demo's companies are certified for: in force, soon to end, over, and one that was renewed (A11)."""

from __future__ import annotations

from datetime import timedelta

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.ledger.changes.editing import create
from models.objectives.qualifications.ledgers import QUALIFICATIONS
from models.objectives.qualifications.records import Qualification
from models.organization.records import Binding, Company, Person

_YEAR = 365
# Kind, name, level, number, issuer, years it lasts, days that are left, state.
_HELD = (
    ("standardisation", "安全生产标准化", "二级", "AQBJX2024-0317", "省应急管理厅", 3, 420, "current"),
    ("system", "职业健康安全管理体系认证（ISO 45001）", None, "00124S30217R1M", "认证中心", 3, 52, "current"),
    ("system", "环境管理体系认证（ISO 14001）", None, "00124E30218R1M", "认证中心", 3, 610, "current"),
    ("licence", "安全生产许可证", None, "JZ-2023-000871", "省住房和城乡建设厅", 3, -6, "current"),
    ("licence", "危险化学品经营许可证", None, "WH-2021-000146", "市应急管理局", 3, -380, "replaced"),
    ("licence", "危险化学品经营许可证", None, "WH-2024-000152", "市应急管理局", 3, 715, "current"),
)  # fmt: skip


def plant_qualifications() -> bool:
    """Plant them into every company of the demo, once; says whether it was now. Run it in a transaction."""
    if Qualification.select().exists():
        return False
    actor = actor_for_account(Account.get(Account.login == "admin"), "import")
    for company in Company.select().where(Company.kind == "company").order_by(Company.id):
        keeper = _keeper(company)
        for kind, name, level, number, issuer, years, left, state in _HELD:
            until = clock.today() + timedelta(days=left)
            create(actor, QUALIFICATIONS, {
                "company": str(company.id), "kind": kind, "name": name, "level": level, "issuer": issuer,
                "number": f"{number}-{company.id}", "issued_on": (until - timedelta(days=years * _YEAR)).isoformat(),
                "valid_until": until.isoformat(), "state": state, "keeper": keeper,
            })  # fmt: skip
    return True


def _keeper(company: Company) -> str | None:
    """The first safety officer of a company, or nobody."""
    bound = Binding.select(Binding.person).where(Binding.company == company, Binding.state == "approved")
    officers = Person.select().where(Person.id.in_(bound), Person.role == "safety_officer")
    first = officers.order_by(Person.id).first()
    return None if first is None else str(first.id)


__all__ = ["plant_qualifications"]
