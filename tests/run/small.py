"""A small finished run and files of events for it."""

import shutil
from pathlib import Path

import h5py
import numpy as np

from tests.rates_records import rates_record
from trigger_ad import config
from trigger_ad.abcd.plane import edges
from trigger_ad.abcd.working_point import working_point
from trigger_ad.config import Prescales
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021
from trigger_ad.rates.record import PlaneEdges
from trigger_ad.run import rates
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

REFERENCE = Path(__file__).parents[1] / "frozen/models_0_5/double_ae"
EVENTS = (3000, 1, 2500)


def finished_run(folder, rule="cms_counter/reset_at_run_start"):
    """Run folder with a model of 57 words, as far as a scan reads it."""
    (folder / "model/double").mkdir(parents=True)
    for name in ("model/double/network.npz", "model/double/scores.json"):
        shutil.copy(REFERENCE / name, folder / name)
    settings = config.load(REFERENCE / "config.yaml")
    prescaled = settings.trigger.model_copy(update={"rule": rule})
    settings = settings.model_copy(update={"trigger": prescaled})
    (folder / "config.yaml").write_text(config.dump(settings))
    trigger = TriggerEmulator(load_hardware(REFERENCE, settings), Registers((0, 0)))
    scores = trigger.scores(adc2021.read(packaged("sm"), 5000).values)
    point = working_point(*scores.values(), 0.05)
    registers = Registers.from_prescales(
        (point.threshold1, point.threshold2), Prescales(A=1, B=2.5, C=7, D=33.33)
    )
    first, second = scores.values()
    plane = PlaneEdges(
        edges1=edges(first, registers.thresholds[0]), edges2=edges(second, registers.thresholds[1])
    )
    rates_record(registers, Rule(rule), plane=plane).write(folder / "rates.json")


def event_files(folder, kind):
    """Three files of events of an origin, of which zero bias has pile-up."""
    folder.mkdir()
    particles = adc2021.read(packaged("sm"), 20_000)[-sum(EVENTS) :]
    first = 0
    for number, events in enumerate(EVENTS):
        piece = particles[first : first + events]
        path = folder / f"zb_{number}.h5"
        adc2021.write(
            path, Particles(piece.values, piece.process, piece.parton_event), Origin(kind)
        )
        if kind == "zero_bias":
            with h5py.File(path, "a") as file:
                file["pileup"] = (np.arange(first, first + events) % 90).astype(np.uint8)
        first += events
    return particles


def scan(*args, **options):
    """Record of a scan as its file has it."""
    return rates.scan(*args, **options).to_json()
