"""Lines of files that grow, are cut and replaced."""

import threading

import pytest

from trigger_ad.errors import FeedError
from trigger_ad.monitor import source
from trigger_ad.monitor.source import lines


class Reader:
    """Lines one at a time; what is to happen to the file happens while nothing is new."""

    def __init__(self, path):
        self.lines = lines(str(path), follow=True, poll=0.0)

    def new(self):
        found = []
        while (line := next(self.lines)) is not None:
            found.append(line)
        return found


def test_a_whole_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one\n\ntwo\nthr\xff")
    assert list(lines(str(path), follow=False)) == ["one", "", "two", "thr\ufffd"]


def test_a_file_that_grows_within_a_line(tmp_path):
    path = tmp_path / "a"
    path.write_text("one\ntw")
    reader = Reader(path)
    assert reader.new() == ["one"]
    with path.open("a") as file:
        file.write("o")
        file.flush()
        assert reader.new() == []
        file.write("\nthree\n")
    assert reader.new() == ["two", "three"]


def test_a_file_that_is_replaced(tmp_path):
    path = tmp_path / "a"
    path.write_text("one\n")
    reader = Reader(path)
    assert reader.new() == ["one"]
    path.rename(tmp_path / "a.1")
    with (tmp_path / "a.1").open("a") as file:
        file.write("two\n")
    assert reader.new() == ["two"]  # nothing has the name yet
    with (tmp_path / "a.1").open("a") as file:
        file.write("three\nfou")
    path.write_text("five\n")
    assert reader.new() == ["three", "fou", "five"]


def test_a_file_that_is_cut(tmp_path):
    path = tmp_path / "a"
    path.write_text("one\ntwo\n")
    reader = Reader(path)
    assert reader.new() == ["one", "two"]
    path.write_text("new\n")
    assert reader.new() == ["new"]


def test_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "_BLOCK", 7)
    path = tmp_path / "a"
    wanted = [f"line {number}" for number in range(1000)]
    path.write_text("\n".join(wanted))
    assert list(lines(str(path), follow=False)) == wanted


def test_a_line_without_end_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "_BLOCK", 64)
    monkeypatch.setattr(source, "LONGEST", 100)
    path = tmp_path / "a"
    path.write_text("x" * 300 + "\nend\n")
    found = list(lines(str(path), follow=False))
    assert "".join(found) == "x" * 300 + "end"
    assert max(map(len, found)) <= 164


def test_standard_input(monkeypatch):
    import os

    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        found = lines("-", follow=False, poll=0.01)
        assert next(found) is None
        writer = threading.Thread(
            target=lambda: (os.write(writing, b"one\ntwo"), os.close(writing))
        )
        writer.start()
        assert [line for line in found if line is not None] == ["one", "two"]
        writer.join()


@pytest.mark.parametrize(
    ("name", "reason"), [("none", "no such file or directory"), (".", "a folder")]
)
def test_unreadable(tmp_path, name, reason):
    with pytest.raises(FeedError) as caught:
        list(lines(str(tmp_path / name), follow=True))
    assert str(caught.value) == (
        f"{tmp_path / name} must be a readable file of counters, not {reason}: check the path"
    )
