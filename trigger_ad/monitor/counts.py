"""The counters of one luminosity section, and the line of JSON that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mode
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

import pydantic
from pydantic import Field

from trigger_ad.errors import FeedError, SchemaError
from trigger_ad.storage.json_text import NoJsonError, loads
from trigger_ad.storage.text import MARK
from trigger_ad.trigger.regions import MOST_AXES, region_names
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS

__all__ = ["COUNTS_SCHEMA", "SPAN", "Counts", "Fractions", "Integers", "MalformedLineError", "read"]

COUNTS_SCHEMA: Final = "monitor_counts/1"

#: Values of a 32-bit counter.
SPAN = COUNTER_MAXIMUM + 1

#: How many regions a trigger can have, and what a line says of each of them.
_REGIONS = tuple(2**axes for axes in range(1, MOST_AXES + 1))
_PARTS = ("live", "before", "after", "prescale")

_LARGEST = 2**63 - 1

Value = TypeVar("Value", int, float)

Fraction = Annotated[float, Field(ge=0, le=1)]
Whole = Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
Positive = Annotated[int, Field(ge=0, le=_LARGEST)]


class MalformedLineError(FeedError):
    """A line is no record of counters; the next one may be."""


class _Record(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False
    )


class _ByRegion(pydantic.RootModel[dict[str, Value]], Generic[Value]):
    """One number for each region, by its letter."""

    model_config = pydantic.ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def of(cls, values: Sequence[Value]) -> Self:
        """Numbers of the regions in their order, A first."""
        return cls(dict(zip(region_names(len(values)), values, strict=True)))

    @property
    def values(self) -> tuple[Value, ...]:
        """In the order of the regions."""
        return tuple(self.root[name] for name in sorted(self.root))

    def __getitem__(self, region: str) -> Value:
        return self.root[region]


class Integers(_ByRegion[Whole]):
    """One integer for each region."""


class Fractions(_ByRegion[Fraction]):
    """One fraction for each region."""


class Counts(_Record):
    """One luminosity section.

    Parameters
    ----------
    run, section : int
        Sections are counted upwards within a run.
    seconds : float
        Length of the section, in s.
    live : Fractions
        Part of it in which each region's counter could count.
    pileup : float
        Mean number of collisions in a crossing.
    events : int
        Events that entered the trigger while it was live; each is counted in one region.
    before, after : Integers
        Events of each region, and those accepted by its prescaler; 32-bit counters of this
        section alone, which stop at 2**32 - 1.
    prescale : Integers
        Of each region in hundredths, constant during the section; 0 is off.
    """

    schema_: Literal["monitor_counts/1"] = Field(COUNTS_SCHEMA, alias="schema")
    run: Positive
    section: Positive
    seconds: Annotated[float, Field(gt=0, le=1e5)]
    live: Fractions
    pileup: Annotated[float, Field(ge=0, le=1000)]
    events: Positive
    before: Integers
    after: Integers
    prescale: Integers

    @property
    def regions(self) -> tuple[str, ...]:
        """Letters of the regions, by their codes."""
        return region_names(len(self.before.root))

    @property
    def live_seconds(self) -> float:
        """Live time of region A, in s."""
        return self.seconds * self.live["A"]

    def to_line(self) -> str:
        """One line of JSON with its newline, read back by `read`."""
        return self.model_dump_json(by_alias=True) + "\n"


def read(line: str, place: str) -> Counts:
    """Read one line.

    Parameters
    ----------
    line : str
    place : str
        Names the line in errors: ``line 3 of counts.jsonl``.

    Raises
    ------
    MalformedLineError
        If the line is no record of counters; the next one may be.
    SchemaError
        If it has another schema: whoever writes speaks another language.
    FeedError
        If a counter wrapped: no count of this source can be trusted.
    """
    line = line.removeprefix(MARK)  # also where files were put together
    tree = _object(line, place)
    if "schema" in tree and tree["schema"] != COUNTS_SCHEMA:
        raise SchemaError(
            place,
            f"must have schema {COUNTS_SCHEMA}",
            _short(tree["schema"]),
            "write counters in this form",
        )
    try:
        counts = Counts.model_validate_json(line)
    except pydantic.ValidationError as error:
        raise _explain(error, place) from None
    _same_regions(counts, place)
    _wrapped(counts, place)
    return _prescales(counts, place)


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        tree = loads(line, finite=False)  # what a key may hold, its sentence says
    except NoJsonError:
        tree = None
    if not isinstance(tree, dict):
        raise MalformedLineError(
            place, "must be one JSON object", _short(line.strip()), "see docs/monitor.md"
        )
    return tree


def _same_regions(counts: Counts, place: str) -> None:
    """Demand one number for each region in each part: of as many regions as most parts have."""
    parts = {name: getattr(counts, name).root for name in _PARTS}
    likely = mode(len(part) for part in parts.values())
    wanted = region_names(next((n for n in _REGIONS if n >= likely), _REGIONS[-1]))
    for name, part in parts.items():
        for region in wanted:
            if region not in part:
                raise MalformedLineError(
                    f"{place}, {name}.{region}", "must be given", None, "see docs/monitor.md"
                )
        for region, value in part.items():
            if region not in wanted:
                raise MalformedLineError(
                    f"{place}, {name}.{region}", "must be left out", value, "see docs/monitor.md"
                )


def _wrapped(counts: Counts, place: str) -> None:
    for name in ("before", "after"):
        for region, value in zip(counts.regions, getattr(counts, name).values, strict=True):
            if not 0 <= value <= COUNTER_MAXIMUM:
                raise FeedError(
                    f"{place}, counter {name}.{region}",
                    f"must be from 0 to {COUNTER_MAXIMUM}, of one section",
                    value,
                    "the counter wrapped or was never cleared; mend it and start again",
                )
    missing = counts.events - sum(counts.before.values)
    if missing > 0 and missing % SPAN == 0 and COUNTER_MAXIMUM not in counts.before.values:
        raise FeedError(
            f"{place}, the sum of the counters before prescale",
            f"must be the {counts.events} events of the section",
            f"{sum(counts.before.values)}, less by {missing // SPAN} times 2^32",
            "a counter wrapped; mend it and start again",
        )


def _prescales(counts: Counts, place: str) -> Counts:
    for region, value in zip(counts.regions, counts.prescale.values, strict=True):
        if value != 0 and not HUNDREDTHS <= value <= COUNTER_MAXIMUM:
            raise MalformedLineError(
                f"{place}, prescale.{region}",
                f"must be 0 or from {HUNDREDTHS} to {COUNTER_MAXIMUM} hundredths",
                value,
                "write hundredths",
            )
    return counts


def _explain(error: pydantic.ValidationError, place: str) -> MalformedLineError:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    rules = {"missing": "must be given", "extra_forbidden": "must be left out"}
    text = first["msg"].removeprefix("Input should ").removeprefix("be ")
    return MalformedLineError(
        f"{place}, {key}" if key else place,
        rules.get(first["type"], f"must be {text}"),
        None if first["type"] == "missing" else _short(first["input"]),
        "see docs/monitor.md",
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
