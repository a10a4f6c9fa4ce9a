"""The tree of directories (B01): four roots that everybody has, and what is made below them."""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid
from models.core.ledger.changes.default_rules import plain_create, plain_edit
from models.core.security.actor import Actor
from models.regulations.records import LEVELS, Folder

Values = dict[str, Any]
_DEEPEST = 6


def install_folders() -> int:
    """Make the four roots of the source (法规标准, 集团制度, 板块制度, 公司制度) where there are none; gives how many."""
    if Folder.select().where(Folder.company.is_null(), Folder.parent.is_null()).exists():
        return 0
    for place, level in enumerate(LEVELS, 1):
        folder = Folder.create(
            name=level.title, level=level.value, full_name=level.title, sequence=place * 10
        )
        folder.change(path=_path(None, folder))
    return len(LEVELS)


def create_folder(actor: Actor, values: Values) -> Folder:
    """Add a directory. Below another one it is of that one's level; raises Invalid for a name that is taken there."""
    parent = None if values.get("parent") is None else Folder.get_by_id(values["parent"])
    if parent is None and not values.get("level"):
        raise Invalid(fields={"level": "请选择层级，或者选择上级目录"})
    if parent is not None and parent.path.count("/") > _DEEPEST:
        raise Invalid(fields={"parent": f"目录最多 {_DEEPEST} 层，请放在上面一层"})
    level = values.get("level") if parent is None else parent.level
    values = {**values, "level": level, "full_name": _full_name(parent, values["name"])}
    _check_name(values.get("company"), parent, values["name"])
    made: Folder = plain_create(Folder)(actor, values)
    return made.change(path=_path(parent, made))


def edit_folder(actor: Actor, folder: Folder, values: Values) -> Folder:
    """Rename, move in order, or move below another directory of the same level; what lies below comes along."""
    name = values.get("name", folder.name)
    above = values.get("parent", folder.parent_id)
    parent = None if above is None else Folder.get_by_id(above)
    if above != folder.parent_id:
        _check_move(folder, parent)
    if (name, above) != (folder.name, folder.parent_id):
        _check_name(folder.company_id, parent, name)
    made: Folder = plain_edit(Folder)(actor, folder, {**values, "full_name": _full_name(parent, name)})
    Folder.update(path=_path(parent, made)).where(Folder.id == made.id).execute()
    made = Folder.get_by_id(made.id)
    _follow(made)
    return made


def _check_move(folder: Folder, parent: Folder | None) -> None:
    """Raise Invalid where the directory's documents would change their level, or what is below it would lie too deep."""
    if parent is not None and parent.level != folder.level:
        raise Invalid(fields={"parent": f"只能移到“{Folder.level.title_of(folder.level)}”的目录下面"})
    inner = Folder.select(Folder.path).where(Folder.path.startswith(folder.path))
    height = max(row.path.count("/") for row in inner) - folder.path.count("/") + 1
    if (0 if parent is None else parent.path.count("/") - 1) + height > _DEEPEST:
        raise Invalid(fields={"parent": f"连同下级超过 {_DEEPEST} 层，请选上面一层"})


def _follow(folder: Folder) -> None:
    """What lies below is called and stands after its directory."""
    for child in Folder.select().where(Folder.parent == folder.id):
        named = {"full_name": _full_name(folder, child.name), "path": _path(folder, child)}
        Folder.update(named).where(Folder.id == child.id).execute()
        _follow(Folder.get_by_id(child.id))


def _path(parent: Folder | None, folder: Folder) -> str:
    return f"{'/' if parent is None else parent.path}{folder.sequence:04d}.{folder.id}/"


def _full_name(parent: Folder | None, name: str) -> str:
    whole = name if parent is None else f"{parent.full_name} / {name}"
    if len(whole) > 200:
        raise Invalid(fields={"name": "连同上级目录一共最多 200 个字，请取短一些"})
    return whole


def _check_name(company: int | None, parent: Folder | None, name: str) -> None:
    beside = Folder.parent.is_null() if parent is None else Folder.parent == parent.id
    own = (
        Folder.company.is_null()
        if company is None
        else Folder.company.is_null() | (Folder.company == company)
    )
    if Folder.select().where(beside, own, Folder.name == name).exists():
        raise Invalid(fields={"name": f"这里已经有“{name}”"})


__all__ = ["create_folder", "edit_folder", "install_folders"]
