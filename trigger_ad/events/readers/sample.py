"""The door for events: files of any format, named in any way, read as one sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConfigError
from trigger_ad.events.block import Block
from trigger_ad.events.origin import Origin
from trigger_ad.events.paths import matching
from trigger_ad.events.readers.reader import Settings, Source
from trigger_ad.events.readers.table import source
from trigger_ad.events.strata import ONE, Strata

__all__ = ["BLOCK", "Sample", "opened"]

#: What files of one sample share of their strata, in words.
_SHARED = {
    "names": "strata",
    "probabilities": "probabilities of the strata",
    "errors": "errors of the probabilities of the strata",
}

#: Most events in a block.
BLOCK = 65_536


@dataclass(frozen=True, repr=False)
class Sample(Displayed):
    """Event files that are read one after the other.

    Attributes
    ----------
    sources : tuple of Source
    """

    sources: tuple[Source, ...]

    def _display(self) -> Table:
        rows = ((str(one.path), f"{one.count}", one.origin.kind) for one in self.sources)
        return Table(f"{self.count:,} events", ("file", "events", "origin"), tuple(rows))

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [one.path for one in self.sources]

    @cached_property
    def count(self) -> int:
        """Number of events."""
        return sum(one.count for one in self.sources)

    @cached_property
    def origin(self) -> Origin:
        """The origin of all files: that of the first, whose kind the others share.

        Raises
        ------
        ConfigError
            If they have several kinds of origin, were simulated with several responses of the
            detector, or have each a cross-section of its own.
        EventFileError, SchemaError
            If one cannot be read.
        """
        origins = [one.origin for one in self.sources]
        kinds = {origin.kind: path for path, origin in zip(self.paths, origins, strict=True)}
        if len(kinds) > 1:
            raise ConfigError(
                "the inputs",
                "must have one origin",
                ", ".join(f"{k} ({p})" for k, p in kinds.items()),
                "give them one after the other",
            )
        responses = {o.response: path for path, o in zip(self.paths, origins, strict=True)}
        if len(responses) > 1:
            raise ConfigError(
                "the inputs",
                "must be simulated with one response of the detector",
                ", ".join(f"{r or 'an unknown one'} ({p})" for r, p in responses.items()),
                "make them anew, or give them one after the other",
            )
        if len(origins) > 1 and origins[0].kind == "cross_section":
            raise ConfigError(
                "the inputs",
                "must be one file where a cross-section normalises them",
                f"{len(origins)} files",
                "give them one after the other",
            )
        return origins[0]

    @cached_property
    def strata(self) -> Strata:
        """Strata of all files, which they share; `ONE` where events were drawn alike.

        Raises
        ------
        ConfigError
            If files were drawn in several ways.
        """
        found = [one.origin.strata or ONE for one in self.sources]
        for path, strata in zip(self.paths, found, strict=True):
            for what, name in _SHARED.items():
                mine, first = getattr(strata, what), getattr(found[0], what)
                if mine != first:
                    raise ConfigError(
                        f"the {name} of {path}",
                        f"must be those of {self.paths[0]}: {_shown(first)}",
                        _shown(mine),
                        "give files of one kind",
                    )
        drawn = [sum(numbers) for numbers in zip(*(one.drawn for one in found), strict=False)]
        return replace(found[0], drawn=tuple(drawn))

    def check(self) -> None:
        """Look at the form and the first events of all files, and at the units of momenta.

        Raises
        ------
        TriggerAdError
            As the readers do.
        """
        for one in self.sources:
            one.check()

    def behind(self) -> list[Path]:
        """Other files that hold data of these, which they reach through links."""
        return [path for one in self.sources for path in one.behind()]

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """All events, up to `size` at a time; `check` looks at them before the first is read."""
        self.check()
        return self._blocks(size)

    def _blocks(self, size: int) -> Iterator[Block]:
        before = 0
        for one in self.sources:
            events = 0
            for block in one.blocks(size):
                yield block if before == 0 else replace(block, before=before)
                events += len(block)
            before += events


def _shown(values: Sequence[object]) -> str:
    return ", ".join(map(str, values)) or "none"


def opened(
    inputs: str | Path | Sequence[str | Path],
    settings: Settings = Settings(),  # noqa: B008 - it is frozen
) -> Sample:
    """Event files of any format as one sample.

    Parameters
    ----------
    inputs : str, Path or sequence of these
        Paths, patterns and ``packaged:NAME`` as text; a `Path` is no pattern.
    settings : Settings

    Raises
    ------
    EventFileError
        If a pattern matches nothing, a file has two names, or no reader knows it.
    """
    given = [inputs] if isinstance(inputs, str | Path) else inputs
    return Sample(tuple(source(path, settings) for path in matching(given)))
