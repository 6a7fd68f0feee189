"""All six forms of a trigger: built, and compared as a run compares its own."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.hls import tops
from tests.ladder.table import Case
from tests.words import bulk, full_range
from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.features.words import scale_array
from trigger_ad.hls import emulator
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.hls.top import FOLDER, write_top
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.names import layer_names
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.run.validation.equality import network_rungs
from trigger_ad.trigger.registers import Registers
from trigger_ad.validate.rungs import compare_firmware, compare_rungs

#: Forms that are compiled.
BUILT = ("csim", "top", "rtl", "abi")

#: Of what happens around the events.
SEED = 8


@dataclass(frozen=True)
class Forms:
    """Where each form of a trigger is; replace one to compare it with those of another.

    Parameters
    ----------
    quantized : QuantizedModel
    trigger : TriggerEmulator
    csim, top : Path
        HLS projects.
    rtl : Path or None
        None where it is refused.
    abi : Path
    """

    quantized: QuantizedModel
    trigger: TriggerEmulator
    csim: Path
    top: Path
    rtl: Path | None
    abi: Path


def build(case: Case, folder: Path, lost: bool = False, built: Sequence[str] = BUILT) -> Forms:
    """Convert a case and compile its forms; a weight may have been lost before."""
    sketched = tops.sketch(case.layout, case.branches, case.seed)
    return build_of(lose(sketched) if lost else sketched, case, folder, built)


def build_of(
    quantized: QuantizedModel, case: Case, folder: Path, built: Sequence[str] = BUILT
) -> Forms:
    """Convert a model with layout, scores and rule of a case, and compile its forms."""
    expressions = {"score1": case.score1, "score2": case.score2}
    hls, rtl, abi = folder / "hls", folder / "rtl", folder / "abi"
    trigger = tops.make(hls, case.layout, "small", quantized, expressions, rule=case.rule)
    write_harness(hls, *trigger.hardware.blocks)
    write_top(hls, trigger.hardware)
    if "csim" in built:
        build_csim(hls)
    if "top" in built:
        build_csim(hls, folder=FOLDER)
    if "rtl" in built and not case.refused:
        write_project(rtl, trigger.hardware, preset(case.preset))
        build_simulation(rtl)
    if "abi" in built:
        emulator.build(hls, trigger.hardware, abi, "Small", "1")
    values = trigger.scores_of_words(events(case, 4000)).values()
    cuts = (int(np.quantile(score, 0.6)) for score in values)
    registers = Registers(tuple(cuts), (100, 250, 1000, 10_000))
    return Forms(
        quantized,
        replace(trigger, registers=registers),
        hls,
        hls,
        None if case.refused else rtl,
        abi,
    )


def events(case: Case, number: int) -> np.ndarray:
    """Random words, half of them as in most events, half over the whole ports."""
    rng = np.random.default_rng(case.seed)
    both = [make(case.layout, number // 2, rng) for make in (bulk, full_range)]
    return rng.permutation(np.concatenate(both))


def words(case: Case, number: int) -> dict[str, np.ndarray]:
    """What is sent through every rung."""
    ends = extremes(case.layout.minimum, case.layout.maximum, 2000, case.seed)
    return {"events": events(case, number), "extremes": ends}


def climb(forms: Forms, given: Mapping[str, np.ndarray]) -> dict[str, dict]:
    """``bit_exact`` of ``validation.json``, by rung."""
    trigger = forms.trigger
    found = climb_network(forms, given)
    with ExitStack() as stack:
        simulations = {"top": TopSimulation(forms.top)}
        if forms.rtl is not None:
            simulations["rtl"] = stack.enter_context(RtlSimulation(forms.rtl))
        return found | compare_firmware(simulations, SharedObject(forms.abi), trigger, given, SEED)


def climb_network(forms: Forms, given: Mapping[str, np.ndarray]) -> dict[str, dict]:
    """Those of the network alone: QKeras, the fast emulator, and the C simulation."""
    trigger = forms.trigger
    (block,) = trigger.hardware.blocks
    rungs = network_rungs(forms.quantized, block, forms.csim)
    scaled = {kind: scale_array(values, trigger.layout) for kind, values in given.items()}
    return compare_rungs(rungs, scaled)


def lose(quantized: QuantizedModel) -> QuantizedModel:
    """The model with the largest weight of its first layer set to 0."""
    name, index = _largest(quantized)
    kernel = quantized.weights[name].copy()
    kernel[index] = 0
    return replace(quantized, weights={**quantized.weights, name: kernel})


def lose_in_record(forms: Forms) -> TriggerEmulator:
    """The emulated trigger with the same weight set to 0."""
    index = _largest(forms.quantized)[1]
    name = layer_names(forms.quantized.branches[0])[0]
    (block,) = forms.trigger.hardware.blocks
    network = block.network
    weights = network.layer(name).weights.copy()
    weights[index] = 0
    layers = tuple(
        replace(layer, weights=weights) if layer.name == name else layer for layer in network.layers
    )
    lost = replace(block, network=replace(network, layers=layers))
    return replace(forms.trigger, hardware=replace(forms.trigger.hardware, blocks=(lost,)))


def _largest(quantized: QuantizedModel) -> tuple[str, tuple]:
    name = f"{quantized.branches[0].layers[0]}.kernel"
    kernel = quantized.weights[name]
    return name, np.unravel_index(np.argmax(np.abs(kernel)), kernel.shape)
