"""The file of a backup, whatever is written into it and whatever becomes of it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.forged import rows_of, write
from watchword.foundation.storage import Value
from watchword.migrations.copies.files import BadCopy, CopyReader, CopyThere, writing

values = st.none() | st.text() | st.integers(-(2**63), 2**63 - 1) | st.binary()
tables = st.dictionaries(
    st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True),
    st.lists(st.fixed_dictionaries({"organisation_id": st.text(), "a": values, "b": values})),
    max_size=4,
)


@given(tables)
def test_rows_are_read_as_they_were_written(given_: dict[str, list[dict[str, Value]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        header = write(Path(folder) / "copy", "0001", given_)
        read = rows_of(Path(folder) / "copy")

    assert {name: [list(row) for row in rows] for name, rows in read.items()} == {
        name: [[*row.values()] for row in rows] for name, rows in given_.items()
    }
    assert header.tables == {name: len(rows) for name, rows in given_.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "copy"
    rows: list[dict[str, Value]] = [{"organisation_id": f"{number}"} for number in range(50)]
    write(path, "0001", {"a": rows, "b": rows})
    return path.read_bytes()


@given(data=st.data())
def test_no_change_of_a_file_goes_unseen(whole: bytes, data: st.DataObject) -> None:
    """Spaces behind the header alone are nobody's, and say nothing."""
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy"
        path.write_bytes(changed)
        try:
            header = CopyReader(path).header
        except BadCopy:
            return
    assert whole[place : place + 1] in b" \n"
    assert header.rows == 100


@given(data=st.data())
def test_no_cut_of_a_file_goes_unseen(whole: bytes, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(whole) - 1))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy"
        path.write_bytes(whole[:length])
        with pytest.raises(BadCopy):
            CopyReader(path)


def test_of_two_that_write_at_once_one_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(CopyThere),
        writing(tmp_path / "copy") as writer,
    ):
        writer.begin("a", ["b"])
        (tmp_path / "copy").write_bytes(b"somebody was faster")

    assert (tmp_path / "copy").read_bytes() == b"somebody was faster"
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
