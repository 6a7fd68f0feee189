"""Where a sample came from and what normalises it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any, Literal, get_args

from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import Strata

__all__ = ["Kind", "Origin", "ProcessOrigin"]

Kind = Literal["zero_bias", "cross_section", "filtered"]


@dataclass(frozen=True)
class ProcessOrigin:
    """One process of a sample.

    Attributes
    ----------
    name : str
    cross_section_pb, cross_section_error_pb : float
        Leading-order cross-section before the filter, and its statistical error, in pb.
    tried : int
        Parton-level events begun.
    passed : int
        Events that passed the filter and are in the sample.
    resampling : int
        How often the decays of each tried event were repeated; every passing result is in
        the sample. The filter efficiency is passed / (tried * resampling).
    distinct_parton_events : int
        Number of different parton-level events in the sample, the effective size.
    """

    name: str
    cross_section_pb: float
    cross_section_error_pb: float
    tried: int
    passed: int
    resampling: int
    distinct_parton_events: int


@dataclass(frozen=True)
class Origin:
    """Where a sample came from.

    Attributes
    ----------
    kind : {"zero_bias", "cross_section", "filtered"}
        ``zero_bias``: rates follow from the fraction of events and the colliding pairs.
        ``cross_section``: rates need an instantaneous luminosity. ``filtered``: the sample
        is a selection, and rates need an input rate.
    filter : str
        The selection in words; empty if there is none.
    seed : int or None
    versions : mapping of str to str
        Generator packages and their versions.
    processes : tuple of ProcessOrigin
    strata : Strata or None
        Parts that were drawn apart; None where events were drawn alike.
    """

    kind: Kind
    filter: str = ""
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    processes: tuple[ProcessOrigin, ...] = ()
    strata: Strata | None = None

    @property
    def response(self) -> str:
        """Version of the response of the detector in a simulation; empty if it is not known."""
        return self.versions.get("response", "")

    def to_json(self) -> str:
        """The record as JSON with sorted keys."""
        record = asdict(self)
        del record["strata"]
        if self.strata is not None:
            record["strata"] = self.strata.to_json()
        return json.dumps(record, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Origin:
        """Inverse of `to_json`.

        Raises
        ------
        ValueError
            If the text is not such a record.
        """
        try:
            data: dict[str, Any] = json.loads(text)
            if data["kind"] not in get_args(Kind):
                raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}")
            processes = tuple(ProcessOrigin(**p) for p in data.pop("processes"))
            drawn = data.pop("strata", None)
            strata = None if drawn is None else Strata.from_json(drawn)
            origin = cls(**data, processes=processes, strata=strata)
        except (ConfigError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not an origin record: {error}") from error
        texts = (origin.filter, *(process.name for process in processes))
        numbers = [value for process in processes for value in astuple(process)[1:]]
        if not all(isinstance(text, str) for text in texts) or not all(map(_finite, numbers)):
            raise ValueError("not an origin record: a value of another type")
        return origin


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
