"""The forms of a whole trigger, built side by side."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import numpy as np

from tests.words import bulk, full_range
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.hls import emulator
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.top import FOLDER, write_top
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.registers import Registers


@dataclass(frozen=True)
class Forms:
    """A trigger, and where each form of it is."""

    trigger: TriggerEmulator
    hls: Path
    rtl: Path
    abi: Path


def build(folder: Path, project: Path, trigger: HardwareTrigger, clock: str, version: str) -> Forms:
    """Compile all forms of a trigger whose network was converted into a project, if it has one."""
    hls, rtl, abi = (folder / name for name in ("hls", "rtl", "abi"))
    if project.exists():
        copytree(project, hls)
    write_top(hls, trigger)
    write_project(rtl, trigger, preset(clock))
    with ThreadPoolExecutor(2) as pool:  # compilers, which are processes of their own
        built = [
            pool.submit(build_csim, hls, folder=FOLDER),
            pool.submit(build_simulation, rtl),
            pool.submit(emulator.build, hls, trigger, abi, "Small", version),
        ]
        for one in built:
            one.result()
    closed = TriggerEmulator(
        trigger, Registers((0,) * len(trigger.regions.axes), (0,) * trigger.regions.regions)
    )
    values = list(closed.scores_of_words(words(trigger, 4000, 7)).values())
    cuts = tuple(int(np.quantile(values[axis], 0.5)) for axis in trigger.regions.axes)
    prescale = tuple(100 + 70 * code for code in range(trigger.regions.regions))
    return Forms(TriggerEmulator(trigger, Registers(cuts, prescale)), hls, rtl, abi)


def words(trigger: HardwareTrigger, number: int, seed: int) -> np.ndarray:
    """Random words, half of them as in most events, half over the whole ports."""
    rng = np.random.default_rng(seed)
    both = [make(trigger.layout, number // 2, rng) for make in (bulk, full_range)]
    return rng.permutation(np.concatenate(both))
