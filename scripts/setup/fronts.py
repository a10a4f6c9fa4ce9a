"""The front ends: built from static/*/ into static/dist/, each only when its sources changed."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.setup.stamps import ROOT, Stamp, fingerprint
from scripts.setup.steps import Stop, run, say

_STATIC = ROOT / "static"
_DIST = _STATIC / "dist"
_NODE = (20, 19)
_SETTINGS = {
    "CI": "true",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
    "npm_config_update_notifier": "false",
}


@dataclass(frozen=True)
class Front:
    """One thing to build: npm script `script` in static/`folder` makes `output`."""

    title: str
    folder: str
    script: str
    output: Path

    @property
    def source(self) -> Path:
        return _STATIC / self.folder

    def stamp(self) -> Stamp:
        return Stamp(f"built-{self.title}", fingerprint([self.source], self.script), self.output)


_FONT = Front("fonts", "fonts", "build", _DIST / "fonts" / "NotoSansSC-Regular.ttf")
_CONSOLE = Front("console", "console", "build", _DIST / "console" / "index.html")
_PHONE = Front("phone", "miniprogram", "build:h5", _DIST / "m" / "index.html")
_WEIXIN = Front("weixin", "miniprogram", "build:mp-weixin", _DIST / "mp-weixin" / "app.json")

#: What browsers are sent, and how that is packed for the way (brotli, gzip), beside each file.
_SENT = (_CONSOLE.output.parent, _PHONE.output.parent)
_PACKER = Path(__file__).with_name("compress.mjs")
_PACKED_FROM = 1024  # bytes, as there

SERVED = (_FONT, _CONSOLE, _PHONE)
ALL = (*SERVED, _WEIXIN)


def prepare(fronts: tuple[Front, ...], *, modules: bool = False) -> None:
    """Build those of `fronts` that are not up to date, two folders at a time, and pack them for the way.

    `modules` installs the packages of all of them, also where nothing is to be built (their own tests need
    them). Raises Stop if Node is missing or a step fails.
    """
    by_folder: dict[Path, list[Front]] = {}
    for front in fronts:
        builds = by_folder.setdefault(front.source, [])
        if not front.stamp().fresh:
            builds.append(front)
    waiting = {
        source: builds
        for source, builds in by_folder.items()
        if builds or (modules and not _modules(source).fresh)
    }
    if waiting:
        _require_node()
        say("Building the front ends")
        with ThreadPoolExecutor(2) as two:
            for done in [two.submit(_build, source, builds) for source, builds in waiting.items()]:
                done.result()
    _pack()


def _pack() -> None:
    """Pack what was built and is not packed yet, however it was built."""
    built = [folder for folder in _SENT if (folder / "index.html").exists()]
    scripts = [script for folder in built for script in folder.rglob("*.js")]
    if all(_packed(script) for script in scripts):
        return
    _require_node()
    run("pack fronts", ["node", str(_PACKER), *map(str, built)], _STATIC)


def _packed(script: Path) -> bool:
    packed = script.with_name(f"{script.name}.br")
    small = script.stat().st_size < _PACKED_FROM
    return small or (packed.exists() and packed.stat().st_mtime >= script.stat().st_mtime)


def _modules(source: Path) -> Stamp:
    lock = [source / "package.json", source / "package-lock.json"]
    return Stamp(f"modules-{source.name}", fingerprint(lock), source / "node_modules" / ".package-lock.json")


def install_modules(source: Path) -> None:
    """`npm ci` in the folder `source`, unless it was done for this lock file. Raises Stop."""
    modules = _modules(source)
    if modules.fresh:
        return
    _require_node()
    modules.break_()
    run(f"npm ci {source.name}", ["npm", "ci"], source, _SETTINGS, hint="Is the npm registry reachable?")
    modules.set()


def _build(source: Path, builds: list[Front]) -> None:
    install_modules(source)
    for front in builds:
        stamp = front.stamp()
        stamp.break_()
        run(f"build {front.title}", ["npm", "run", front.script], source, _SETTINGS)
        if not front.output.exists():
            raise Stop(
                f"npm run {front.script} in static/{source.name} made no {front.output.relative_to(ROOT)}"
            )
        stamp.set()


def _require_node() -> None:
    how = (
        f"Anban's front ends need Node {_NODE[0]}.{_NODE[1]} or newer with npm. Install them (on Debian 13: "
        "apt-get install nodejs npm; on older ones from your usual source of Node packages), then run the "
        "command again."
    )
    if not shutil.which("node") or not shutil.which("npm"):
        raise Stop(f"Node or npm is missing. {how}")
    text = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    parts = text.lstrip("v").split(".")
    if len(parts) < 2 or tuple(int(part) for part in parts[:2]) < _NODE:
        raise Stop(f"This Node is {text}, too old. {how}")
