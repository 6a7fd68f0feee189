"""Records of files: frozen, whole, and with a sentence for what is wrong."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pydantic
import pytest

from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.storage.files import write_json
from trigger_ad.storage.record import FileRecord, Record, as_json, dataclass_of


@dataclass(frozen=True)
class Limit:
    value: int

    def to_json(self):
        return {"schema": "limit/1", "value": self.value}

    @classmethod
    def from_json(cls, record):
        return dataclass_of(cls, record)


class Inner(Record):
    share: float
    ends: tuple[float, float]


class Toy(FileRecord):
    SCHEMA: ClassVar[str] = "toy/2"
    OLDER: ClassVar[tuple[str, ...]] = ("toy/1",)

    count: int
    inner: Inner
    limit: Annotated[Limit, *as_json(Limit, Limit.from_json)]
    late: str | None = None


WHOLE = Toy(count=3, inner=Inner(share=0.5, ends=(0.1, 1.0)), limit=Limit(7), late="x")
TREE = {
    "schema": "toy/2",
    "count": 3,
    "inner": {"share": 0.5, "ends": [0.1, 1.0]},
    "limit": {"schema": "limit/1", "value": 7},
    "late": "x",
}


def test_a_record_is_what_its_file_says(tmp_path):
    WHOLE.write(tmp_path / "toy.json")
    assert Toy.read(tmp_path / "toy.json") == WHOLE
    assert WHOLE.to_json() == TREE
    assert list(WHOLE.to_json()) == list(TREE)


def test_an_older_file_lacks_what_came_later():
    older = {k: v for k, v in TREE.items() if k != "late"} | {"schema": "toy/1"}
    assert Toy.from_json(older, "old").late is None


def test_it_cannot_be_changed():
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        WHOLE.count = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"count": "3"}, "one with such a value of count"),
        ({"count": True}, "one with such a value of count"),
        ({"inner": {"share": 0.5}}, "one without inner.ends"),
        ({"inner": {"share": 0.5, "ends": [1.0]}}, "one without inner.ends.1"),
        ({"inner": {"share": "a", "ends": [0.0, 1.0]}}, "one with such a value of inner.share"),
        ({"limit": {"value": "7"}}, "one with such a value of limit.value"),
        ({"limit": 7}, "one without limit.value"),
        ({"counts": 3}, "one with counts, which nobody knows"),
    ],
)
def test_what_is_wrong_is_named(changes, found, tmp_path):
    path = tmp_path / "toy.json"
    write_json(path, TREE | changes)
    with pytest.raises(RunFolderError) as caught:
        Toy.read(path)
    assert str(caught.value) == (
        f"{path} must be a whole record, not {found}: run the stage that writes it again"
    )


def test_another_schema_is_refused():
    with pytest.raises(SchemaError) as caught:
        Toy.from_json(TREE | {"schema": "toy/3"}, "toy.json")
    assert str(caught.value) == (
        "toy.json must have schema toy/2, not toy/3: use the version that wrote it"
    )
