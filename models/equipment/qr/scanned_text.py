"""What a scanned or typed text may mean (Q09): our own label, a number of the equipment, or something
unknown.

Nothing is looked up here and nothing is ever fetched. The caller tries the alias first (`QrReading.alias`),
then the candidates in their order. What counts is data (`QrRules`), because no national format of these codes
is known.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from models.core.errors import Malformed
from models.core.labels.label_codes import LENGTH as LABEL
from models.core.labels.label_codes import check_label_code
from models.equipment.qr.rules import Patterns, QrRules
from models.equipment.rulebooks import QR_RULES

OWN_LABEL = "own_label"
GRID_LABEL = "grid_label"
UNKNOWN = "unknown"
MAX_RAW = 512
MAX_VALUE = 64
MAX_CANDIDATES = 12
_MOST_PARAMETERS = 64

_BRACKETS = str.maketrans("〔【[〕】]", "((()))")
_SEPARATORS = re.compile(r"[\s,;:|=&?#/\\\"'{}<>，；：、。]+")
_ADDRESSES = re.compile(r"https?://[^\s\"'<>，。；、]+", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[\w.-]+\.[A-Za-z]{2,}(?::\d+)?/")
_FILE_ENDING = re.compile(r"\.(?:html?|aspx?|jsp|php|do)$", re.IGNORECASE)
# What stands before the code in the address of a label: of equipment, of a place of the grid.
_OWN_PATHS = {"e": OWN_LABEL, "g": GRID_LABEL}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def default_rules() -> QrRules:
    """The rules in force."""
    return QR_RULES.rules()


def rules_version() -> int:
    """The number of the version of the rules in force."""
    return QR_RULES.in_force().version


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number found in the text. `kind` is `unknown` for one that fits no pattern; it may still be on
    file.
    """

    kind: str
    value: str


@dataclass(frozen=True)
class QrReading:
    """What a text means: the best guess (`kind`, `value`) and all candidates, best first.

    `raw` is the text as it came, cut at 512 characters; `normalised` the same, cleaned. `too_long` texts have
    no candidates, but still have an alias.
    """

    kind: str
    value: str
    raw: str
    normalised: str
    candidates: tuple[Candidate, ...] = ()
    too_long: bool = False
    text: str = ""

    @cached_property
    def alias(self) -> str:
        """The key under which this text may have been attached to an equipment."""
        return alias_key(self.text)


def parse(
    text: str,
    *,
    own_hosts: Iterable[str] = (),
    parameter_names: Sequence[str] | None = None,
    patterns: Sequence[tuple[str, re.Pattern[str]]] | None = None,
) -> QrReading:
    """Read a scanned or typed text; never raises.

    Takes the text, the hosts that our labels carry (`host`, `host:port` or a whole address) and, if not the
    default ones, the rules. Gives kind `own_label`, `grid_label` (a place of the grid), the kind of a pattern, or
    `unknown`. A bare code is an `own_label`: it does not say of what.
    """
    if len(text) > MAX_RAW:
        raw = text[:MAX_RAW]
        return QrReading(UNKNOWN, "", raw, normalise(raw), too_long=True, text=text)
    rules = default_rules()
    return _read(
        text,
        tuple(own_hosts),
        rules.parameter_names if parameter_names is None else tuple(parameter_names),
        rules.patterns if patterns is None else tuple(patterns),
    )


# The same few labels are scanned every day; at a shift change they come by the thousand.
@lru_cache(maxsize=8192)
def _read(text: str, own_hosts: tuple[str, ...], names: tuple[str, ...], patterns: Patterns) -> QrReading:
    normalised = normalise(text)
    found = list(dict.fromkeys(_candidates(normalised, frozenset(map(_host, own_hosts)), names, patterns)))
    ranked = [c for c in found if c.kind != UNKNOWN] + [c for c in found if c.kind == UNKNOWN]
    best = ranked[0] if ranked and ranked[0].kind != UNKNOWN else Candidate(UNKNOWN, "")
    return QrReading(best.kind, best.value, text, normalised, tuple(ranked[:MAX_CANDIDATES]), text=text)


def normalise(text: str) -> str:
    """The text in half-width form, without invisible and control characters, blanks collapsed."""
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    if spaced.isascii() and spaced.isprintable():
        return spaced
    seen = "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    # Composed once more: what was removed may have stood between a letter and its accent.
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def alias_key(text: str) -> str:
    """The key (SHA-256, hex) under which a text is attached to an equipment; spelling variants share it."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def _candidates(
    text: str, own_hosts: frozenset[str], names: tuple[str, ...], patterns: Patterns
) -> Iterator[Candidate]:
    if text[:8].lower().startswith(("http://", "https://")) and text.count("://") == 1:
        text = text.replace(" ", "")  # an address that was broken into lines
    own = list(dict.fromkeys(_own_labels(text, own_hosts)))
    if own:
        if len(own) == 1:  # of two labels in one text nobody knows which is meant
            yield own[0]
        return
    address = _address(text, own_hosts)
    if address is None:
        if code := _label(text):
            yield Candidate(OWN_LABEL, code)
        parts = _SEPARATORS.split(text)
        labels = {code for part in parts if len(part) >= LABEL and (code := _label(part))}
        if len(labels) == 1:
            yield Candidate(OWN_LABEL, labels.pop())
        values: Iterable[str] = [text, *parts]
    else:
        values = _values_in(address, names, patterns)
    for value in values:
        yield from _recognise(value, patterns)


def _own_labels(text: str, own_hosts: frozenset[str]) -> Iterator[Candidate]:
    """Labels in our own addresses: the text is one, or it stands behind other words."""
    whole = text if " " not in text and _address(text, own_hosts) is not None else ""
    for written in [whole] if whole else _ADDRESSES.findall(text):
        address = _address(written, own_hosts)
        if address is None or not _is_own(address, own_hosts):
            continue
        for letter, kind in _OWN_PATHS.items():
            if code := _label_in(address, letter):
                yield Candidate(kind, code)
                break


def _recognise(value: str, patterns: Patterns) -> Iterator[Candidate]:
    compact = normalise(value).replace(" ", "").translate(_BRACKETS).upper()
    if not 0 < len(compact) <= MAX_VALUE:
        return
    kind = next((kind for kind, pattern in patterns if pattern.fullmatch(compact)), UNKNOWN)
    yield Candidate(kind, compact)


def _address(text: str, own_hosts: frozenset[str]) -> SplitResult | None:
    """The text as a web address, also one without https:// in front; None if it is none."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        first = text.split("/", 1)[0].lower()
        if "/" not in text or not (first in own_hosts or _BARE_ADDRESS.match(text)):
            return None
        text = "http://" + text
    try:
        address = urlsplit(text)
        _ = address.port
    except ValueError:
        return None
    return address if address.hostname else None


def _is_own(address: SplitResult, own_hosts: frozenset[str]) -> bool:
    host = (address.hostname or "").rstrip(".")
    return host in own_hosts or f"{host}:{address.port}" in own_hosts


def _host(setting: str) -> str:
    """`host` or `host:port` of a setting that may be a whole address; a default port counts as none."""
    bare = setting.strip().lower()
    scheme, _, rest = bare.rpartition("://")
    host = rest.split("/", 1)[0]
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    return host.removesuffix(default).rstrip(".") if default else host.rstrip(".")


def _label_in(address: SplitResult, letter: str) -> str | None:
    """The label code of our own address: …/e/{code}, or ?e={code} of the page that it leads to."""
    parts = [part for part in address.path.split("/") if part]
    if len(parts) >= 2 and parts[-2].lower() == letter:
        last = unquote(parts[-1])
        return _label(last) or _label(re.split(r"[^0-9A-Za-z-]", last)[0])
    for name, value in _query(address):
        if name == letter:
            return _label(value)
    return None


def _label(text: str) -> str | None:
    try:
        return check_label_code(text)
    except Malformed:
        return None


def _values_in(address: SplitResult, names: tuple[str, ...], patterns: Patterns) -> list[str]:
    """What may be a number in an address: named parameters, the last part of the path, and others that look like one."""
    query = _query(address)
    values = [value for wanted in names for name, value in query if name == wanted.lower()]
    path = f"{address.path}/{address.fragment.partition('?')[0]}".replace(";", "/")
    segments = [_decoded(part) for part in path.split("/") if part]
    last = [_decoded(part) for part in address.path.split("/") if part][-1:]
    fitting = [
        part
        for each in reversed(segments)
        for part in (each, _FILE_ENDING.sub("", each), each.rpartition("=")[2])
    ]
    return (
        values
        + [part for part in fitting if any(one.kind != UNKNOWN for one in _recognise(part, patterns))]
        + last
    )


def _query(address: SplitResult) -> list[tuple[str, str]]:
    """Parameters of the address, those behind a # too (pages of phone clients carry them there)."""
    pairs: list[tuple[str, str]] = []
    for part in (address.query, address.fragment.partition("?")[2]):
        for pair in re.split("[&;]", part)[:_MOST_PARAMETERS]:
            name, _, value = pair.replace("+", " ").partition("=")
            if value:
                pairs.append((_decoded(name).lower(), _decoded(value)))
    return pairs


def _decoded(text: str) -> str:
    """The text of an address's part: in UTF-8, or else in GBK, as older programs write it."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return unquote(text, encoding=encoding, errors="strict")
        except UnicodeDecodeError:
            continue
    return unquote(text)
