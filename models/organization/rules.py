"""The rules of the organisation in one place; each subject has a module of its own."""

from models.organization.bindings import apply, approve, end, find_units, refuse, restore
from models.organization.people import Added, add_person, delete_person, edit_person
from models.organization.tree import create_company, delete_company, delete_tree, edit_company

__all__ = [
    "Added",
    "add_person",
    "apply",
    "approve",
    "create_company",
    "delete_company",
    "delete_person",
    "delete_tree",
    "edit_company",
    "edit_person",
    "end",
    "find_units",
    "refuse",
    "restore",
]
