"""The configuration: YAML 1.2 outside, frozen typed records inside."""

from trigger_ad.config.reading import dump, load, parse
from trigger_ad.config.schema import (
    Baselines,
    Budget,
    Config,
    Convert,
    Emulator,
    Events,
    InMenu,
    Normalisation,
    Published,
    Quantize,
    Rtl,
    Single,
    Split,
    Trigger,
    Validate,
)
from trigger_ad.features.settings import Features
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.sections.prescales import Prescales
from trigger_ad.sections.section import NAME_PATTERN, PART_PATTERN
from trigger_ad.sections.train import ClosureTerm, Disco, Train

__all__ = [
    "NAME_PATTERN",
    "PART_PATTERN",
    "Baselines",
    "Budget",
    "ClosureTerm",
    "Config",
    "Convert",
    "Disco",
    "Emulator",
    "Events",
    "Features",
    "InMenu",
    "Normalisation",
    "Prescales",
    "Published",
    "Quantize",
    "Rtl",
    "ScorerSettings",
    "Single",
    "Split",
    "Train",
    "Trigger",
    "Validate",
    "dump",
    "load",
    "parse",
]
