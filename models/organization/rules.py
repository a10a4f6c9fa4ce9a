"""The rules of the tree in one place (J01)."""

from models.organization.tree import create_company, delete_company, delete_tree, edit_company

__all__ = ["create_company", "delete_company", "delete_tree", "edit_company"]
