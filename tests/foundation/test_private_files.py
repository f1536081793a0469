"""Files that only their owner may read."""

import stat
from pathlib import Path

import pytest

from watchword.foundation.private_files import write_private


def test_a_private_file_is_closed_to_others_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"

    write_private(path, b"secret")

    assert path.read_bytes() == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_private_file_takes_the_place_of_one_that_was_open(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)

    write_private(path, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_written_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.with_name("file.new").mkdir()  # so the draft cannot be written

    with pytest.raises(OSError, match=r"file\.new"):
        write_private(path, b"new")

    assert path.read_bytes() == b"old"
