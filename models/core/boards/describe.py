"""Boards as the front ends read them: for which place, and how each tile stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.boards.board import Board, FoundBoard, Place, ShownTile
from models.core.errors import NotFound
from models.core.fields import moment_text
from models.core.hooks import Hook
from models.core.security.actor import Actor

#: Units and sites that a board can be looked at for, of these companies: {unit id: (name, {site id: name})}.
PLACES: Hook[[list[int]], Mapping[int, tuple[str, Mapping[int, str]]]] = Hook("core.places_of_boards")


def reached_by(actor: Actor, board: Board) -> Mapping[int, tuple[str, Mapping[int, str]]]:
    """The units that any of the board's tiles reaches for the actor, with their sites, by id."""
    offered = [tile for tile in board.tiles if tile.offered_to(actor)]
    companies = {one for tile in offered for one in actor.companies(tile.ledger.rights["read"])}
    found: dict[int, tuple[str, Mapping[int, str]]] = {}
    for answer in PLACES(sorted(companies)):
        found.update(answer)
    return found


def place_of(actor: Actor, board: Board, company: int | None, site: int | None) -> Place:
    """The place that is asked for; of who reads one unit alone, that unit. Raises NotFound for one out of reach."""
    units = reached_by(actor, board)
    if company is None:
        company = next(iter(units)) if len(units) == 1 else None
    elif company not in units:
        raise NotFound("没有这个单位")
    if site is not None and (company is None or site not in units[company][1]):
        raise NotFound("没有这个厂站")
    return Place(company, site)


def named(actor: Actor, board: Board, place: Place) -> str:
    """What the numbers are of, in words."""
    units = reached_by(actor, board)
    if place.company is None:
        return f"全部 {len(units)} 个单位" if units else "还没有单位"
    name, sites = units[place.company]
    return name if place.site is None else f"{name} · {sites[place.site]}"


def board_json(actor: Actor, found: FoundBoard) -> dict[str, Any]:
    """A board as `Board` in docs/http-api.md."""
    units = reached_by(actor, found.board)
    company = found.place.company
    sites = {} if company is None else units[company][1]
    return {
        "name": found.board.name,
        "title": found.board.title,
        "at": moment_text(found.at),
        "place": named(actor, found.board, found.place),
        "company": None if found.place.company is None else str(found.place.company),
        "site": None if found.place.site is None else str(found.place.site),
        "companies": [{"id": str(key), "name": name} for key, (name, _) in units.items()],
        "sites": [{"id": str(key), "name": name} for key, name in sites.items()],
        "tiles": [_tile(tile) for tile in found.tiles],
    }


def _tile(tile: ShownTile) -> dict[str, Any]:
    return {
        "name": tile.name,
        "title": tile.title,
        "kind": tile.kind,
        "help": tile.help,
        "cut": "，".join(text for text in (tile.scope, "" if tile.by_site else "不分厂站，是全单位的") if text),
        "numbers": [
            {
                "title": one.title, "value": one.value, "of": one.of, "unit": one.unit, "tone": one.tone,
                "text": one.text, "leads": _leads(one.leads),
            }
            for one in tile.numbers
        ],
        "bars": [
            {"label": one.label, "value": one.value, "late": one.late, "tone": one.tone, "leads": _leads(one.leads)}
            for one in tile.bars
        ],
        "rows": [
            {"label": one.label, "note": one.note, "tone": one.tone, "ledger": one.leads, "row": str(one.row)}
            for one in tile.rows
        ],
    }  # fmt: skip


def _leads(given: tuple[str, Mapping[str, Any]] | None) -> dict[str, Any] | None:
    return None if given is None else {"ledger": given[0], "filters": dict(given[1])}
