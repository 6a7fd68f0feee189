"""The sections of the configuration; those of scorers and layouts are in their rooms."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic
from pydantic import Field

from trigger_ad.features.settings import Features, LayoutSettings
from trigger_ad.scorers.autoencoder import Difference
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.scorers.single_ae import SingleAe
from trigger_ad.sections.named import ByName
from trigger_ad.sections.prescales import Prescales
from trigger_ad.sections.section import (
    Bits,
    Epochs,
    Fraction,
    Identifier,
    Name,
    Part,
    Pieces,
    RateHz,
    Section,
    Seed,
    Sparsity,
    Step,
    Width,
)
from trigger_ad.sections.train import Train

__all__ = [
    "SCHEMA",
    "Baselines",
    "Budget",
    "Config",
    "Convert",
    "Emulator",
    "Events",
    "InMenu",
    "Normalisation",
    "Published",
    "Quantize",
    "Rtl",
    "Single",
    "Split",
    "Trigger",
    "Validate",
]

#: Of a configuration; the earlier one is read as `trigger_ad.config.earlier` says.
SCHEMA = "config/2"

#: From one crossing to the next, nominally.
CROSSING_NS = 25.0


#: The packaged signals.
_SIGNALS: dict[str, str | tuple[str, ...]] = {
    name: f"packaged:{name}" for name in ("leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu")
}


class Events(Section):
    """Where the events come from: a path, a pattern, ``packaged:NAME``, or a list of these."""

    background: str | tuple[str, ...] = Field(
        "packaged:sm", description="Standard Model events, in files of any format that is read"
    )
    signals: dict[Name, str | tuple[str, ...]] = Field(
        default_factory=lambda: dict(_SIGNALS),
        description="signal samples by name; they are never trained on",
    )
    units: Literal["GeV", "MeV"] | None = Field(
        None,
        description="of the momenta of all these files; GeV if absent, and a file whose median "
        "momentum looks like MeV is refused",
    )


class Split(Section):
    """Fractions of the background given to each named split, by event identity."""

    seed: Seed = Field(2024, description="of the assignment of events to splits")
    train: Fraction = Field(0.22, description="weights")
    validate_: Fraction = Field(0.06, alias="validate", description="all model choices")
    calibrate: Fraction = Field(0.02, description="integer bits")
    threshold: Fraction = Field(0.05, description="cuts and ranks")
    test: Fraction = Field(0.65, description="scored once, every quoted figure")

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Split:
        total = sum(self.fractions.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the fractions must sum to 1, not {total:g}")
        return self

    @property
    def fractions(self) -> dict[str, float]:
        """Fraction by split name, in order."""
        return {
            "train": self.train,
            "validate": self.validate_,
            "calibrate": self.calibrate,
            "threshold": self.threshold,
            "test": self.test,
        }


class Quantize(Section):
    """Bits and the quantization-aware training."""

    weight_bits: Bits | tuple[Bits, ...] = Field(6, description="of all layers, or one by one")
    bias_bits: Bits = Field(8, description="of every bias; an added constant is cheap")
    activation_bits: Bits | tuple[Bits, ...] = Field(8, description="after each hidden layer")
    output_bits: Bits = Field(9, description="of each output of a network")
    sparsity: Sparsity | tuple[Sparsity, ...] = Field(
        0.0, description="part of the weights pruned to 0, of all layers or one by one"
    )
    output_sparsity: Sparsity | None = Field(
        None,
        description="in place of it in every last layer; a student with few weights before its "
        "output has few different scores",
    )
    epochs: Epochs = Field(40, description="of training with the bits; 0 rounds only")
    learning_rate: Step = Field(1e-3, description="at the start; it falls to a twentieth")


class Convert(Section):
    """The HLS project."""

    backend: Literal["Vitis", "Vivado"] = Field("Vitis", description="of hls4ml")
    part: Part = Field("xcvu13p-flga2577-2-e", description="FPGA of C-synthesis")
    clock_ns: float = Field(
        4.158, gt=0, le=1000, description="clock period asked for; 240 MHz at the LHC have 4.158 ns"
    )
    reuse_factor: int = Field(
        1,
        ge=1,
        le=1000,
        description="uses of one multiplier for each event, and clocks from one crossing to the "
        "next that the HLS asks for",
    )
    namespace: Identifier = Field("double_ae", description="of the project and its top function")

    @pydantic.model_validator(mode="after")
    def _one_result_a_crossing(self) -> Convert:
        most = max(1, int(CROSSING_NS / self.clock_ns))
        if self.reuse_factor > most:
            raise ValueError(
                f"reuse_factor must be at most {most}, the clocks of {self.clock_ns:g} ns in a "
                f"crossing of {CROSSING_NS:g} ns, not {self.reuse_factor}"
            )
        return self


class Rtl(Section):
    """The RTL project of the trigger, its simulation and its synthesis by Yosys."""

    preset: Literal["240mhz", "40mhz"] = Field(
        "240mhz", description="clock and latency: at most 12 cycles, or 2, and II = 1"
    )
    parts: tuple[Part, ...] = Field(
        ("xcvu13p-flga2577-2-e", "xc7vx690tffg1927-2"),
        description="FPGAs of the synthesis; none leaves it out",
    )


class Emulator(Section):
    """The shared object ``<name>Model_v<version>.so`` that an experiment's software loads."""

    name: Identifier = Field("Anomaly", description="of the trigger in that software")
    version: str = Field(
        "1", pattern=r"^[0-9]{1,6}(p[0-9]{1,6}){0,3}$", description="of the trigger: 2, or 2p1"
    )


class Budget(Section):
    """What the RTL may cost; a figure above its budget, or unknown, fails the build."""

    lut: Pieces | None = Field(None, description="look-up tables")
    ff: Pieces | None = Field(None, description="flip-flops")
    dsp: Pieces | None = Field(None, description="DSP slices")
    bram: Pieces | None = Field(None, description="block RAMs of 18 kbit")
    uram: Pieces | None = Field(None, description="UltraRAMs")
    logic_levels: Pieces | None = Field(None, description="in the longest stage")
    latency_ns: float | None = Field(
        None, gt=0, le=1e6, description="measured clock cycles times the clock period"
    )


class Normalisation(Section):
    """What turns a fraction into a rate; give the one that fits the sample's origin."""

    input_rate_hz: RateHz | None = Field(
        None, description="rate of events that pass the sample's filter"
    )
    colliding_bunches: int | None = Field(None, ge=1, le=3564, description="pairs, of zero bias")
    luminosity_hz_per_pb: float | None = Field(
        None, gt=0, le=1000, description="instantaneous, of a sample with cross-sections"
    )


class InMenu(Section):
    """The menu that the signal region is a seed of; none if it is left out."""

    file: str = Field(description="a path, or packaged:small")
    pure_rate_hz: RateHz | None = Field(
        None, description="wanted, of the seed of region A; it replaces trigger.sm_efficiency"
    )


class Trigger(Section):
    """Working point and prescales."""

    sm_efficiency: Fraction = Field(
        0.01, description="of the signal region; a wanted pure rate replaces it"
    )
    score2_efficiency: Fraction | None = Field(
        None,
        description="of the background above the cut of score 2; score 1 is then cut as tightly as "
        "the signal region needs; without it both are cut at equal efficiency, the diagonal cut",
    )
    menu: InMenu | None = None
    prescale: Prescales | None = Field(
        None, description="of the regions, in place of a bandwidth; null beside one"
    )
    bandwidth_hz: RateHz | None = Field(
        None,
        description="of all regions after prescale; prescales of B, C and D are then those that "
        "predict region A best within it, chosen on the threshold split, and A is not prescaled",
    )
    readout: tuple[Literal["A", "B", "C", "D"], ...] | None = Field(
        None,
        description="regions that are read out, A among them; the others are counted before "
        "prescale and accept nothing; all of them if absent, but those with a prescale of 0",
    )
    yields: Literal["accepted", "counters"] = Field(
        "accepted",
        description="of B, C and D in a prediction of region A: of the events that are read out, "
        "or of the counters before prescale, which have no error from prescales",
    )
    rule: Literal[
        "cms_counter/reset_at_run_start", "cms_counter/reset_at_update", "atlas_random/24_bits"
    ] = Field("cms_counter/reset_at_run_start", description="of the prescalers, with its version")
    rate: Normalisation = Field(default_factory=Normalisation)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _prescaled(cls, given: object) -> object:
        """Prescales are those that are given, or the default ones, if no bandwidth is."""
        if not isinstance(given, dict):
            return given
        readout, prescale = given.get("readout"), given.get("prescale")
        if isinstance(readout, list):  # as files have it, while what is checked here is Python
            given = {**given, "readout": tuple(readout)}
        if given.get("bandwidth_hz") is not None or not isinstance(prescale, dict | None):
            return given
        off = {region: 0.0 for region in "ABCD" if region not in (readout or "ABCD")}
        return {**given, "prescale": {**off, **(prescale or {})}}

    @pydantic.model_validator(mode="after")
    def _read_out(self) -> Trigger:
        if self.readout is None:
            return self
        if "A" not in self.readout or len(set(self.readout)) < len(self.readout):
            raise ValueError(
                f"trigger.readout must have region A and each region once, not {self.readout}"
            )
        off = [region for region in "BCD" if region not in self.readout]
        if off and self.yields != "counters":
            raise ValueError(
                f"trigger.yields must be counters where region {off[0]} is not read out"
            )
        given = self.prescale.by_region if self.prescale else {}
        for region in off:
            if given.get(region):
                raise ValueError(
                    f"trigger.prescale.{region} must be 0 or left out where region {region} is not "
                    f"in trigger.readout, not {given[region]:g}"
                )
        return self

    @pydantic.model_validator(mode="after")
    def _normalised(self) -> Trigger:
        if self.prescale is not None and self.bandwidth_hz is not None:
            raise ValueError("trigger must have one of prescale and bandwidth_hz, not both")
        given = self.rate.model_dump(exclude_none=True)
        if self.menu is not None and self.menu.pure_rate_hz is not None and not given:
            raise ValueError("trigger.rate must be given where a pure rate is wanted")
        if self.bandwidth_hz is not None and not given:
            raise ValueError("trigger.rate must be given where a bandwidth is wanted")
        return self

    @pydantic.model_validator(mode="after")
    def _within_score2(self) -> Trigger:
        """Region A is a part of what passes the cut of score 2."""
        held, in_menu = self.score2_efficiency, self.menu and self.menu.pure_rate_hz
        if held is not None and in_menu is None and self.sm_efficiency >= held:
            raise ValueError(
                f"trigger.sm_efficiency must be below trigger.score2_efficiency, {held:g}, "
                f"not {self.sm_efficiency:g}"
            )
        return self


class Validate(Section):
    """How much evidence is collected."""

    bootstrap: int = Field(200, ge=20, le=100_000, description="replicas for intervals")
    random_inputs: int = Field(
        20_000, ge=100, le=100_000_000, description="full-range inputs for equality"
    )
    csim_events: int = Field(
        100_000, ge=1000, le=1_000_000_000, description="events through every rung"
    )
    golden_events: int = Field(10_000, ge=1000, le=10_000_000, description="events in golden.npz")
    sm_efficiencies: tuple[Fraction, ...] = Field(
        (0.10, 0.05, 0.02, 0.01, 0.005, 0.002), description="of the closure test"
    )
    signal_fraction: Fraction = Field(0.001, description="of injected signal, as in the paper")


class Single(SingleAe):
    """The single autoencoder beside every trigger, in hardware as the trigger is."""

    hidden: tuple[Width, ...] = Field(
        (16, 8, 4, 8, 16),
        min_length=1,
        max_length=16,
        description="widths between the inputs and the outputs",
    )


class Published(Section):
    """The double autoencoder of the published size, in float only."""

    epochs: Epochs = Field(10, description="0 leaves it out")
    difference: Difference = Field("absolute", description="how input and output differ")


class Baselines(Section):
    """What a trigger is compared with."""

    single: Single = Field(default_factory=Single)
    published: Published = Field(default_factory=Published)


class Config(Section):
    """Everything a run depends on."""

    schema_: Literal["config/2"] = Field(alias="schema", description="version of this file")
    name: Name = Field(description="of the trigger")
    seed: Seed = Field(1, description="of every random draw in training")
    events: Events = Field(default_factory=Events)
    split: Split = Field(default_factory=Split)
    features: Annotated[LayoutSettings, ByName("layouts", key="layout", default="cms_level1")] = (
        Field(default_factory=Features)
    )
    scorer: Annotated[ScorerSettings, ByName("scorers", default="double_ae")] = Field(
        default_factory=DoubleAe
    )
    train: Train = Field(default_factory=Train)
    quantize: Quantize = Field(default_factory=Quantize)
    convert: Convert = Field(default_factory=Convert)
    rtl: Rtl = Field(default_factory=Rtl)
    emulator: Emulator = Field(default_factory=Emulator)
    budget: Budget = Field(default_factory=Budget)
    trigger: Trigger = Field(default_factory=Trigger)
    validate_: Validate = Field(default_factory=Validate, alias="validate")
    baselines: Baselines = Field(default_factory=Baselines)

    @pydantic.model_validator(mode="after")
    def _within_score2(self) -> Config:
        held, largest = self.trigger.score2_efficiency, max(self.validate_.sm_efficiencies)
        if held is not None and largest >= held:
            raise ValueError(
                "validate.sm_efficiencies must be below trigger.score2_efficiency, "
                f"{held:g}, not {largest:g}"
            )
        return self
