"""Kept files: encrypted at rest, opened by any key of the ring, unreadable once changed, gone when their time is over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.core.config import Config, config, configure
from models.core.files import encryption, stored
from models.core.security.crypto import Undecipherable

SECRET = "身份证号 330102199003070019 ".encode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    before = config()
    configure(Config(data_dir=tmp_path, secret_key="first"))
    yield tmp_path
    configure(before)


@pytest.mark.parametrize(
    "size", [0, 1, encryption.PIECE - 1, encryption.PIECE, encryption.PIECE + 1, 3 * encryption.PIECE]
)
def test_what_is_kept_comes_back_and_lies_encrypted(folder: Path, size: int) -> None:
    content = (SECRET * (size // len(SECRET) + 1))[:size]
    name = stored.keep(stored.JOBS, content, ".xlsx")
    (kept,) = (folder / "jobs").iterdir()
    assert SECRET[:20] not in kept.read_bytes()
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    assert oct(kept.parent.stat().st_mode & 0o777) == "0o700"
    assert stored.read(stored.JOBS, name) == content
    assert stored.size_of(stored.JOBS, name) == size


def test_a_file_that_is_written_piece_by_piece(folder: Path) -> None:
    with stored.writer(stored.JOBS, "a.xlsx") as file:
        for _ in range(100):
            file.write(SECRET * 300)
    assert stored.read(stored.JOBS, "a.xlsx") == SECRET * 30_000
    assert max(map(len, stored.pieces(stored.JOBS, "a.xlsx"))) == encryption.PIECE


def test_files_outlive_a_rotation_of_keys(folder: Path) -> None:
    name = stored.keep(stored.FILES, SECRET)
    configure(replace(config(), secret_key="second", previous_keys=("first",)))
    assert stored.read(stored.FILES, name) == SECRET
    newer = stored.keep(stored.FILES, SECRET)
    configure(replace(config(), previous_keys=()))
    assert stored.read(stored.FILES, newer) == SECRET
    with pytest.raises(Undecipherable):
        stored.read(stored.FILES, name)


def test_no_byte_can_be_changed_cut_off_or_moved(folder: Path) -> None:
    name = stored.keep(stored.FILES, b"".join(bytes([number]) * encryption.PIECE for number in range(3)))
    path = stored.path_of(stored.FILES, name)
    whole, step = path.read_bytes(), encryption.PIECE + 16
    first, second = (
        whole[encryption.HEAD : encryption.HEAD + step],
        whole[encryption.HEAD + step : encryption.HEAD + 2 * step],
    )
    rest = whole[encryption.HEAD + 2 * step :]
    head = whole[: encryption.HEAD]
    for changed in (
        whole[:-1] + bytes([whole[-1] ^ 1]),
        whole[: encryption.HEAD] + bytes([whole[encryption.HEAD] ^ 1]) + whole[encryption.HEAD + 1 :],
        whole[:-step],
        whole[:-5],
        head + second + first + rest,
        head + first + rest,
        head,
        whole[:12],
    ):
        path.write_bytes(changed)
        with pytest.raises(Undecipherable):
            stored.read(stored.FILES, name)


def test_a_file_cannot_take_the_place_of_another(folder: Path) -> None:
    mine, theirs = stored.keep(stored.FILES, b"mine"), stored.keep(stored.FILES, b"theirs")
    stored.path_of(stored.FILES, theirs).replace(stored.path_of(stored.FILES, mine))
    with pytest.raises(Undecipherable):
        stored.read(stored.FILES, mine)


def test_files_of_before_are_read_as_they_are(folder: Path) -> None:
    (folder / "files").mkdir(mode=0o700)
    (folder / "files" / "old.jpg").write_bytes(b"\xff\xd8 old")
    assert stored.read(stored.FILES, "old.jpg") == b"\xff\xd8 old"
    assert stored.size_of(stored.FILES, "old.jpg") == 6


def test_what_programs_left_unfinished_is_swept(folder: Path) -> None:
    for kind in (stored.SCRATCH, stored.JOBS):
        left = stored.folder(kind) / "openpyxl.abc"
        left.write_bytes(SECRET)
        os.utime(left, (1, 1))
        assert stored.sweep(kind, 1000.0, set()) == 1
        assert not left.exists()


def test_what_was_written_before_goes_and_nothing_of_that_moment_or_to_be_kept() -> None:
    def there(kind: str, name: str, at: int, *, is_folder: bool = False) -> Path:
        path = stored.folder(kind) / name
        path.mkdir() if is_folder else path.write_bytes(b"x")
        os.utime(path, (at, at))
        return path

    old, exactly = there(stored.FILES, "old", 999), there(stored.FILES, "exactly", 1000)
    kept, beside = there(stored.FILES, "kept", 999), there(stored.FILES, "beside", 999, is_folder=True)
    left = there(stored.SCRATCH, "left", 999, is_folder=True)
    assert stored.sweep(stored.FILES, 1000.0, {"kept"}) == 1
    assert [path.exists() for path in (old, exactly, kept, beside)] == [False, True, True, True]
    assert stored.sweep(stored.SCRATCH, 1000.0, set()) == 1 and not left.exists()
    assert stored.sweep(stored.SCRATCH, 1000.0, set()) == 0


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "/etc/passwd"])
def test_what_is_no_name_of_a_kept_file(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        stored.path_of(stored.FILES, name)
