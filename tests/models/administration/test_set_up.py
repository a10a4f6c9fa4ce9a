"""Set-up is its administrators' (Q05): what a unit's account passes on, what 监察 is for, and the words for it."""

from __future__ import annotations

import pytest

from models.administration.accounts.membership_words import MAY_NOT, membership, promised
from models.administration.roles import builtin_roles
from models.core.chapters import granted
from models.core.ledger import all_ledgers
from models.core.security.rights import Scope, all_rights
from models.hazards.ledgers import HAZARDS
from models.messages.records import RESEND_DELIVERIES
from models.personnel.ledgers import PERSONS

REACH = {role.code: role.reach for role in builtin_roles.builtin_roles()}
#: How far the rights of such an account reach: the role of the unit's members, and that of every worker.
MEMBER = {**REACH[builtin_roles.WORKER], **REACH[builtin_roles.UNIT_MEMBER]}
#: What an account that was opened for somebody of the unit may change in the whole company: the work itself, as the
#: manifests name it. Nothing else that is new one day falls to them.
WORK = set(granted("work"))
SEEN_BY_SUPERVISORS = {
    *(
        "companies",
        "persons",
        "certificates",
        "required-certificates",
        "equipment",
        "clock-ins",
        "operator-codes",
        "equipment-types",
    ),
}


def _changing(reach: dict[str, Scope]) -> set[str]:
    looking = (".read", ".export", ".read_all", ".use")
    return {name for name, scope in reach.items() if scope > Scope.SELF and not name.endswith(looking)}


def test_members_of_a_unit_do_its_work_and_set_nothing_up() -> None:
    """All of it is the work of some chapter, and none of it puts in force, sets apps up, or is an administrator's."""
    assert _changing(MEMBER) == WORK
    others = {name for kind in ("set_up", "in_force", "house", "reviewing") for name in granted(kind)}
    prefixes = {name for kind in ("system", "security", "audit") for name in granted(kind)}
    assert not WORK & others and not {name.partition(".")[0] for name in WORK} & prefixes
    assert not {name for name in WORK if name.endswith((".delete", ".publish", ".decide", ".reset"))}
    assert {"equipment.edit", "certificates.import", "hazards.report", "tasks.act"} <= WORK


def test_nobody_below_an_administrator_puts_in_force_or_sets_apps_up() -> None:
    for code in (
        "unit_member",
        "safety_officer",
        "reviewing_officer",
        "site_officer",
        "worker",
        "supervisor",
    ):
        assert not {"flows.publish", "chains.delete", "companies.delete", "ways.set_up"} & set(REACH[code]), (
            code
        )
    for code in ("unit", "company_administrator"):
        assert {"flows.publish", "chains.delete", "companies.delete", "equipment.delete"} <= set(REACH[code])


def test_supervisors_have_what_their_role_says_and_no_more() -> None:
    supervisor = REACH["supervisor"]
    assert _changing(supervisor) == set()
    assert HAZARDS.rights["read"] not in supervisor
    for ledger in all_ledgers():
        if ledger.rights["read"] in supervisor and supervisor[ledger.rights["read"]] > Scope.SELF:
            assert ledger.name in SEEN_BY_SUPERVISORS, ledger.name


@pytest.mark.parametrize(("words", "rights"), promised())
def test_what_an_import_promises_of_its_accounts_is_so(words: str, rights: tuple[str, ...]) -> None:
    assert set(rights) <= set(MEMBER), words


def test_what_an_import_promises_leaves_out_nothing_that_changes_something() -> None:
    assert {right for _, rights in promised() for right in rights} >= WORK


@pytest.mark.parametrize(("words", "rights"), MAY_NOT)
def test_what_an_import_denies_its_accounts_is_so(words: str, rights: tuple[str, ...]) -> None:
    assert not set(rights) & set(MEMBER), words
    assert set(rights) <= {right.name for right in all_rights()}


def test_the_import_says_what_its_accounts_will_be_able_to_do() -> None:
    """In the sheet's notes, at the choice that is made before it is written, and in the form."""
    plan = PERSONS.importing
    assert plan is not None
    assert any(membership() in note for note in plan.notes)
    assert membership() in dict(plan.options)["first_password"].help
    derived = PERSONS.derived_named("open_account")
    assert derived is not None and membership() in derived.help
    assert RESEND_DELIVERIES not in MEMBER
