"""Whether every implementation of the hardware gives the same integers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Config
from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.hls.blocks import network_ports
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.trigger import load_hardware, load_scores, load_trigger
from trigger_ad.run_folder import BACKGROUND, RunFolder
from trigger_ad.trigger.hardware import Block
from trigger_ad.validate.record import RungEquality
from trigger_ad.validate.rungs import Result, Rung, compare_firmware, compare_rungs
from trigger_ad.validate.top import Top

__all__ = ["equality", "firmware_equality", "network_rungs"]


def equality(
    folder: Path, model: str, data: Dataset, events: int, random: int, seed: int
) -> dict[str, RungEquality]:
    """Compare outputs and scores of all rungs on background and on extreme inputs.

    Equality is no figure of merit, so events of every split count.

    Parameters
    ----------
    folder : Path
        A run folder.
    model : str
        ``double`` or ``single``.
    data : Dataset
    events : int
        At most this many events of the background.
    random : int
        Full-range random events beside the ends of every port.
    seed : int
        Of these.

    Returns
    -------
    dict
        The ``bit_exact`` part of ``validation.json``; empty where there is no network.
    """
    run = RunFolder(folder)
    records = run.model(model)
    if not records.network.is_file():
        return {}
    network, scores = HardwareNetwork.load(records.network), load_scores(records.scores)
    block = Block(data.layout, network, scores, data.reading.prepare(network, scores))
    rungs = network_rungs(QuantizedModel.load(records.quantized), block, run.hls(model))
    whole = {name: partial(_with_vectors, block, rung) for name, rung in rungs.items()}
    return compare_rungs(whole, _words(data, events, random, seed), scores)


def network_rungs(quantized: QuantizedModel, block: Block, project: Path) -> dict[str, Rung]:
    """Rungs that give outputs of a network and the scores that read nothing else, by name.

    Parameters
    ----------
    quantized : QuantizedModel
    block : Block
    project : Path
        Folder of the HLS project, its C simulation compiled.
    """
    network, ports = block.own_network, network_ports(block.own_network)
    scores = {name: score for name, score in block.scores.items() if set(score.ports) <= set(ports)}
    fast = FastEmulator(network, scores, *block.input_range, threads=2)
    return {
        "fast": lambda scaled: vars(fast.run(scaled)),
        "csim": CSimulation(project).run,
        "qkeras": QKerasEmulator(quantized, network, scores).run,
    }


def _with_vectors(block: Block, rung: Rung, words: NDArray[np.int32]) -> Result:
    """What a rung gives for events, with the scores that read vectors beside its outputs."""
    emulator = BlockEmulator(block)
    found = rung(emulator.network_inputs(words).astype(np.int32))
    missing = {name: s for name, s in block.scores.items() if name not in found["scores"]}
    if not missing:
        return found
    values = {**emulator.values(words), **found["outputs"]}
    read = {name: score.evaluate(values) for name, score in missing.items()}
    return {**found, "scores": {**found["scores"], **read}}


def firmware_equality(folder: Path, data: Dataset, config: Config) -> dict[str, RungEquality]:
    """Compare the whole trigger in its other forms with fast emulator and rule.

    The tops in HLS and RTL are compared after every crossing, the shared object, which
    scores, on every event.

    Parameters
    ----------
    folder : Path
        A run folder whose working point is known.
    data : Dataset
    config : Config
        Of the run; it says how many events, and the seed of what happens around them.

    Returns
    -------
    dict
        ``top``, ``rtl`` and ``abi`` of ``validation.json``; an event of the first two is a
        crossing.

    Raises
    ------
    ConversionError
        If the shared object was made of another network.
    """
    settings, run = config.validate_, RunFolder(folder)
    shared = SharedObject(run.emulator)
    shared.check_trigger(load_hardware(folder, config))
    with RtlSimulation(run.rtl) as rtl:
        tops: dict[str, Top] = {"top": TopSimulation(run.hls("double")), "rtl": rtl}
        words = _words(data, settings.csim_events, settings.random_inputs, config.seed)
        return compare_firmware(tops, shared, load_trigger(folder, config), words, config.seed)


def _words(data: Dataset, events: int, random: int, seed: int) -> dict[str, NDArray[np.int32]]:
    ends = extremes(data.layout.minimum, data.layout.maximum, random, seed)
    return {"events": data.words(BACKGROUND)[:events], "extremes": ends}
