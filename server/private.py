"""What the house keeps is its owner's alone: files 600, folders 700, whatever the umask of who starts it (等保, X11)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import structlog

log = structlog.get_logger("private")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def begin(data_dir: Path, *others: Path) -> int:
    """From now on make nothing that others may read, and mend what is there; gives how many were mended.

    The folder of the data, what lies in it side by side (database, key, folders of files), and `others`: files outside
    of it that hold secrets. Below a folder that is closed nothing can be reached, so nothing further is walked through.
    """
    os.umask(0o077)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    mended = [path for path in (data_dir, *_inside(data_dir), *others) if _mend(path)]
    if mended:
        names = [path.name for path in mended]
        log.warning("made_private", number=len(names), names=names[:20])
    return len(mended)


def _inside(folder: Path) -> Iterable[Path]:
    with os.scandir(folder) as found:
        return [Path(one.path) for one in found]


def _mend(path: Path) -> bool:
    """Take away what group and others may; says whether there was something. Another's file is only told of."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) or not mode & _OTHERS:
            return False
        path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except FileNotFoundError:
        return False
    except PermissionError:
        log.warning("readable_by_others", name=path.name)
        return False
    return True
