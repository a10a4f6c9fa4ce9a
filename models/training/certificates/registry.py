"""Where certificates are looked up (Q04, 匹配资质): the interface, and an Excel file behind it.

The province's own service has no public interface. Whoever gets access to one adds a class with the same
`find`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import structlog

from models.core.config import config
from models.core.errors import Malformed
from models.core.excel import CellError, SheetColumn, SheetRefused, SheetRow, SheetRows, read_sheet
from models.core.fields.blank_words import says_nothing
from models.core.security import crypto
from models.core.security.identifiers import hide_ids, mask_id, mask_name, resident_id
from models.equipment import standards
from models.training.certificates.operator_code_text import WrittenCode, read_codes

MAX_ROWS = 200_000
COLUMNS = (
    SheetColumn("name", "姓名", mask=mask_name),
    SheetColumn("id_number", "身份证号", required=True, mask=mask_id),
    SheetColumn("number", "证书编号", required=True),
    SheetColumn("code", "作业项目代号", required=True, aliases=("项目代号", "作业项目")),
    SheetColumn("limits", "限制范围"),
    SheetColumn("issuer", "发证机关"),
    SheetColumn("issued_on", "发证日期", kind="date"),
    SheetColumn("valid_until", "有效期至", kind="date", required=True, aliases=("有效期", "有效日期")),
    SheetColumn("catalogue", "目录版本"),
    SheetColumn("state", "证书状态"),
)
_NEEDED = ("id_number", "number", "code", "valid_until")
PROJECTS = {row.code: row.project for row in standards.operator_codes() if row.code}
_CATALOGUES = re.compile(r"(2011|2019)(?:版|年|年目录|年旧目录|版目录)?")
_STATES = {
    "": "valid",
    "有效": "valid",
    "正常": "valid",
    "注销": "revoked",
    "已注销": "revoked",
    "吊销": "revoked",
}
_log = structlog.get_logger("registry")


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate as the registry has it. `catalogue` is 2019 or 2011, `state` valid or revoked."""

    number: str
    code: str
    valid_until: date
    limits: str = ""
    issuer: str = ""
    issued_on: date | None = None
    catalogue: str = "2019"
    state: str = "valid"


class CertificateRegistry(Protocol):
    """Where certificates are looked up."""

    def find(self, id_number: str) -> list[FoundCertificate]:
        """All certificates of the holder of an identity number; empty for one that is not known or no number."""


@dataclass(frozen=True, slots=True)
class RegistryReport:
    """What a file gave: certificates and people that can be found, rows left out and why.

    `refused` is the sentence for a file that could not be read at all; what was read before stays in use.
    """

    certificates: int = 0
    people: int = 0
    problems: tuple[CellError, ...] = ()
    refused: str = ""


class FileRegistry:
    """Certificates from an Excel file, read again whenever the file changes.

    Identity numbers are kept as keyed hashes alone (`hash_id`). A lookup takes the same time for any size of
    file. Safe to use from several threads.
    """

    def __init__(self, path: str | Path, hash_id: Callable[[str], str]) -> None:
        self.path = Path(path)
        self._hash_id = hash_id
        self._lock = Lock()
        self._seen: tuple[int, ...] | None = None
        self._found: Mapping[str, Sequence[FoundCertificate]] = {}
        self._report = RegistryReport(refused="资质库文件还没有读取。")

    def find(self, id_number: str) -> list[FoundCertificate]:
        """All certificates of the holder of an identity number, in any spelling; never raises for bad input."""
        self._refresh()
        try:
            key = self._hash_id(resident_id(id_number))
        except Malformed:
            return []
        return list(self._found.get(key, ()))

    def report(self) -> RegistryReport:
        """How the last reading of the file went."""
        self._refresh()
        return self._report

    def _refresh(self) -> None:
        """Read the file if it is another one than last time. Who comes meanwhile is served from what is
        there.
        """
        if self._stamp() == self._seen:
            return
        # Only the first reading is waited for.
        if not self._lock.acquire(blocking=self._seen is None):
            return
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._load()
                self._seen = stamp
        finally:
            self._lock.release()

    def _stamp(self) -> tuple[int, ...]:
        try:
            state = self.path.stat()
        except OSError:
            return ()
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _load(self) -> None:
        try:
            sheet = read_sheet(self.path, COLUMNS, max_rows=MAX_ROWS)
        except SheetRefused as refusal:
            self._refuse(refusal.message)
            return
        except OSError:
            self._refuse("找不到资质库文件，或没有权限读取。请检查系统设置里的路径。")
            return
        found, problems = _collect(sheet, self._hash_id)
        count = sum(len(entries) for entries in found.values())
        self._found = found
        self._report = RegistryReport(count, len(found), tuple(problems))
        _log.info("registry.read", certificates=count, people=len(found), problems=len(problems))

    def _refuse(self, sentence: str) -> None:
        counts = self._report
        self._report = RegistryReport(counts.certificates, counts.people, (), sentence)
        _log.warning("registry.refused", reason=sentence)


def current() -> CertificateRegistry | None:
    """The registry of this installation, or None where none is configured."""
    path = config().registry_path
    return _file_registry(path) if path is not None else None


@lru_cache(maxsize=4)
def _file_registry(path: Path) -> FileRegistry:
    return FileRegistry(path, crypto.hash_id_number)


def _collect(
    sheet: SheetRows, hash_id: Callable[[str], str]
) -> tuple[dict[str, list[FoundCertificate]], list[CellError]]:
    """The good rows by holder, and the faults of the others; of the same certificate the last row counts."""
    problems = list(sheet.errors)
    bad = {error.row for error in problems}
    entries: dict[str, dict[tuple[str, str], FoundCertificate]] = defaultdict(dict)
    for row in sheet.rows:
        if row.number in bad:
            continue
        faults, holder, read = _read(sheet, row)
        problems += faults
        for entry in read:
            entries[hash_id(holder)][(entry.number, entry.code)] = entry
    return {key: list(found.values()) for key, found in entries.items()}, problems


def _read(sheet: SheetRows, row: SheetRow) -> tuple[list[CellError], str, list[FoundCertificate]]:
    values: dict[str, Any] = row.values
    missing = [key for key in _NEEDED if values.get(key) is None]
    if missing:
        return (
            [sheet.error(row.number, key, "required", "这一格没有填，已跳过这一行。") for key in missing],
            "",
            [],
        )
    faults: list[CellError] = []
    holder = ""
    try:
        holder = resident_id(values["id_number"])
    except Malformed as fault:
        faults.append(sheet.error(row.number, "id_number", fault.code, fault.message, values["id_number"]))
    catalogue = _CATALOGUES.fullmatch(_plain(values.get("catalogue")) or "2019")
    state = _STATES.get(_plain(values.get("state")))
    if catalogue is None:
        message = "目录版本只能是 2019 或 2011，已跳过这一行。"
        faults.append(sheet.error(row.number, "catalogue", "catalogue", message, values["catalogue"]))
    if state is None:
        message = "证书状态只能是有效或注销，已跳过这一行。"
        faults.append(sheet.error(row.number, "state", "state", message, values["state"]))
    if faults or catalogue is None or state is None:
        return faults, "", []
    limits = _said(values.get("limits"))
    read = read_codes(values["code"], PROJECTS)
    alone = len(read) == 1
    found = [
        FoundCertificate(
            number=hide_ids(_plain(values["number"])),
            code=entry.code,
            valid_until=values["valid_until"],
            limits=limit_of(entry, limits, alone=alone),
            issuer=_said(values.get("issuer")),
            issued_on=values.get("issued_on"),
            catalogue=catalogue[1],
            state=state,
        )
        for entry in read
    ]
    return [], holder, found


def limit_of(entry: WrittenCode, column: str, *, alone: bool) -> str:
    """The restriction of one code: from the column of its own where that can be meant, else what stands beside the code."""
    return column if column and (alone or standards.may_be_limited(entry.code)) else entry.limits


def _said(value: object) -> str:
    """A cell's text, empty where it only says that there is nothing."""
    text = str(value or "").strip()
    return "" if says_nothing(text) else text


def _plain(text: object) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text or ""))).upper()
