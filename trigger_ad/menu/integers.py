"""A menu on the hardware scale: every seed is a conjunction of integer comparisons."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Field, Ports
from trigger_ad.menu import prescale
from trigger_ad.menu.file import Menu, Seed
from trigger_ad.menu.patterns import words_for
from trigger_ad.trigger.registers import Registers

__all__ = [
    "MOST_SEEDS",
    "Bit",
    "Cut",
    "IntegerMenu",
    "IntegerSeed",
    "JetSum",
    "Leading",
    "Quantity",
    "ScoreValue",
    "on_hardware",
    "thresholds_of",
]

#: Algorithm bits of the global trigger of CMS.
MOST_SEEDS = 512

#: Whether score 1 and score 2 pass, by region.
_PASSES = {"A": (True, True), "B": (True, False), "C": (False, True), "D": (False, False)}


@dataclass(frozen=True)
class Leading:
    """Momentum word of the `rank`-th hardest object of a kind.

    Parameters
    ----------
    kind : str
        ``egamma``, ``muon``, ``jet`` or ``met``.
    rank : int
        From 1.
    eta : int or None
        Objects count whose absolute eta word is at most this.
    """

    kind: str
    rank: int = 1
    eta: int | None = None

    def __str__(self) -> str:
        within = "" if self.eta is None else f"(|eta| <= {self.eta})"
        return f"{self.kind}[{self.rank}]{within}"


@dataclass(frozen=True)
class JetSum:
    """HT: sum of the momentum words of jets at or above `minimum`, within `eta` as in `Leading`."""

    minimum: int
    eta: int | None = None

    def __str__(self) -> str:
        within = "" if self.eta is None else f", |eta| <= {self.eta}"
        return f"ht(jet >= {self.minimum}{within})"


@dataclass(frozen=True)
class ScoreValue:
    """Score of this name, in its LSB."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Bit:
    """Trigger bit of this name, as the event file has it: 1 or 0."""

    name: str

    def __str__(self) -> str:
        return f"bit({self.name})"


Quantity = Leading | JetSum | ScoreValue | Bit


@dataclass(frozen=True)
class Cut:
    """``quantity >= threshold``, or its opposite where `passes` is false."""

    quantity: Quantity
    threshold: int
    passes: bool = True

    def __str__(self) -> str:
        return f"{self.quantity} {'>=' if self.passes else '<'} {self.threshold}"


@dataclass(frozen=True)
class IntegerSeed:
    """A seed fires if all its cuts hold.

    Parameters
    ----------
    name : str
    cuts : tuple of Cut
    prescale : int
        In hundredths; 0 is off.
    region : str, optional
        That it takes, for seeds of regions.
    """

    name: str
    cuts: tuple[Cut, ...]
    prescale: int
    region: str | None = None

    @property
    def anomaly(self) -> bool:
        """Whether the seed cuts on learned scores."""
        return any(isinstance(cut.quantity, ScoreValue) for cut in self.cuts)

    @property
    def kept(self) -> float:
        """Expected fraction of its fires that are accepted, 1 / prescale; 0 if off."""
        return 100 / self.prescale if self.prescale else 0.0

    def __str__(self) -> str:
        cuts = " and ".join(map(str, self.cuts))
        return f"{self.name}: {cuts}, prescale {prescale.text(self.prescale)}"


@dataclass(frozen=True)
class IntegerMenu:
    """Seeds in the order of their bits, on the scale of one layout.

    Prints as one line for each seed, with the integers that are compared.

    Parameters
    ----------
    name : str
    layout : Ports
    seeds : tuple of IntegerSeed
        That are counted.
    not_simulated : tuple of IntegerSeed
        That no sample stands for: they have a prescale, and no figure counts them.
    """

    name: str
    layout: Ports
    seeds: tuple[IntegerSeed, ...]
    not_simulated: tuple[IntegerSeed, ...] = ()

    def __str__(self) -> str:
        lines = [f"  {seed}" for seed in self.seeds]
        lines += [f"  {seed}, not simulated" for seed in self.not_simulated]
        return "\n".join((f"menu {self.name}", *lines))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the seeds that are counted."""
        return tuple(seed.name for seed in self.seeds)

    @property
    def prescales(self) -> dict[str, int]:
        """Prescale of every seed in hundredths, of those that are not simulated too."""
        return {seed.name: seed.prescale for seed in (*self.seeds, *self.not_simulated)}

    @property
    def words(self) -> int:
        """Words of 64 bits of a pattern of fires."""
        return words_for(len(self.seeds))

    @property
    def bits(self) -> tuple[str, ...]:
        """Trigger bits that events must have, each once."""
        found = (cut.quantity for seed in self.seeds for cut in seed.cuts)
        return tuple(dict.fromkeys(what.name for what in found if isinstance(what, Bit)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of layout, names and cuts, without prescales: what fires depend on."""
        lines = [self.layout.hash]
        lines += [f"{seed.name}: {' and '.join(map(str, seed.cuts))}" for seed in self.seeds]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def prescaled(self, prescales: Mapping[str, int]) -> IntegerMenu:
        """Return the menu with other prescales, in hundredths by name; the rest stay."""
        seeds, others = (
            tuple(replace(s, prescale=prescales.get(s.name, s.prescale)) for s in group)
            for group in (self.seeds, self.not_simulated)
        )
        return replace(self, seeds=seeds, not_simulated=others)


def thresholds_of(
    registers: Registers, names: tuple[str, str] = ("score1", "score2")
) -> dict[str, int]:
    """Thresholds of a run's two scores by their names, for `on_hardware`."""
    return dict(zip(names, registers.pair, strict=True))


def on_hardware(
    menu: Menu, layout: Ports, thresholds: Mapping[str, int] | None = None
) -> IntegerMenu:
    """Turn the cuts of a menu into integers, once.

    A momentum cut becomes the smallest word whose momentum is at or above it, an eta cut the
    largest word whose value is at or below it.

    Parameters
    ----------
    menu : Menu
    layout : Ports
    thresholds : mapping of str to int, optional
        Of the two scores in order, for region seeds and scores without a threshold of their
        own, where the file does not give them.

    Raises
    ------
    ConfigError
        If there are more than 512 seeds or none to count, a cut can never or always hold, or a
        threshold of a score is not known.
    """
    if len(menu.seeds) > MOST_SEEDS:
        raise ConfigError(
            f"menu {menu.name}",
            f"must have at most {MOST_SEEDS} seeds",
            len(menu.seeds),
            "split it into two menus",
        )
    if not any(seed.simulated for seed in menu.seeds):
        raise ConfigError(
            f"menu {menu.name}",
            "must have a seed that is simulated",
            "none",
            "add one, or leave simulated: false out",
        )
    known = menu.thresholds or dict(thresholds or {})
    seeds, others = (
        tuple(
            IntegerSeed(s.name, _cuts(s, layout, known), s.hundredths, s.region)
            for s in menu.seeds
            if s.simulated == counted
        )
        for counted in (True, False)
    )
    return IntegerMenu(menu.name, layout, seeds, others)


def _cuts(seed: Seed, layout: Ports, thresholds: Mapping[str, int]) -> tuple[Cut, ...]:
    if seed.kind == "bit":
        return (Cut(Bit(str(seed.bit)), 1),)
    if seed.kind == "score":
        name = str(seed.score)
        own = seed.threshold
        return (Cut(ScoreValue(name), _known(seed, name, thresholds) if own is None else own),)
    if seed.kind == "region":
        if len(thresholds) != 2:
            _known(seed, "score1", {})
        pairs = zip(thresholds.items(), _PASSES[str(seed.region)], strict=True)
        return tuple(Cut(ScoreValue(name), value, passes) for (name, value), passes in pairs)
    kind = "jet" if seed.kind == "ht" else seed.kind
    momenta, angles = layout.columns("pt", kind), layout.columns("eta", kind)
    pt, eta = layout.fields[momenta[0]], layout.fields[angles[0]]
    within = _eta(seed, eta)
    if seed.kind == "ht":
        total = _words(seed, pt)[0]
        minimum = 1
        if seed.jet_pt is not None or seed.jet_pt_gev is not None:
            minimum = _word(seed.jet_pt_gev, seed.jet_pt, pt)
        _reachable(seed, minimum, pt.maximum)
        _reachable(seed, total, pt.maximum * len(momenta))
        return (Cut(JetSum(minimum, within), total),)
    words = _words(seed, pt)
    if len(words) > len(momenta):
        raise ConfigError(
            f"seed {seed.name}",
            f"must ask for at most {len(momenta)} objects",
            len(words),
            "remove some momenta",
        )
    for word in words:
        _reachable(seed, word, pt.maximum)
    return tuple(Cut(Leading(kind, rank, within), word) for rank, word in enumerate(words, 1))


def _words(seed: Seed, field: Field) -> tuple[int, ...]:
    gev = seed.pt is None
    return tuple(_word(pt if gev else None, None if gev else int(pt), field) for pt in seed.momenta)


def _word(gev: float | None, counts: int | None, field: Field) -> int:
    if counts is not None:
        return counts
    return math.ceil(float(gev or 0) / field.lsb) + field.offset


def _eta(seed: Seed, field: Field) -> int | None:
    if seed.eta_counts is not None:
        return seed.eta_counts
    # An eta that is written as a multiple of the LSB is that multiple.
    return None if seed.eta is None else math.floor(seed.eta / field.lsb + 1e-9)


def _reachable(seed: Seed, word: int, most: int) -> None:
    if not 1 <= word <= most:
        raise ConfigError(
            f"seed {seed.name}",
            f"must have momenta from 1 to {most} counts of 0.5 GeV",
            word,
            "choose a cut that the port can reach",
        )


def _known(seed: Seed, name: str, thresholds: Mapping[str, int]) -> int:
    if name not in thresholds:
        raise ConfigError(
            f"seed {seed.name}",
            f"must have a threshold of {name}",
            "unknown",
            "give thresholds in the menu or those of a run folder",
        )
    return thresholds[name]
