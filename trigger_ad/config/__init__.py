"""The configuration: YAML 1.2 outside, frozen typed records inside."""

from typing import TYPE_CHECKING

from trigger_ad import moved
from trigger_ad.config.schema import (
    Baselines,
    Budget,
    Config,
    Convert,
    Emulator,
    Events,
    Features,
    InMenu,
    Normalisation,
    Prescales,
    Published,
    Quantize,
    Rtl,
    Split,
    Trigger,
    Validate,
    dump,
    load,
    parse,
)
from trigger_ad.config.scorer import Member, ScorerSettings, Teacher
from trigger_ad.config.section import NAME_PATTERN, PART_PATTERN
from trigger_ad.config.train import ClosureTerm, Disco, Train

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
    "Member",
    "Normalisation",
    "Prescales",
    "Published",
    "Quantize",
    "Rtl",
    "ScorerSettings",
    "Split",
    "Teacher",
    "Train",
    "Trigger",
    "Validate",
    "dump",
    "load",
    "parse",
]

if not TYPE_CHECKING:  # a type checker is to see the names that are here
    __getattr__ = moved.attribute_of(__name__)
