"""The rules of people and bindings in one place; each subject has a module of its own."""

from models.personnel.bindings.bindings import apply, approve, end, find_units, refuse, restore
from models.personnel.people import Added, add_person, delete_person, edit_person

__all__ = [
    "Added",
    "add_person",
    "apply",
    "approve",
    "delete_person",
    "edit_person",
    "end",
    "find_units",
    "refuse",
    "restore",
]
