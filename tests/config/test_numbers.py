"""Keys that are numbers: each has two ends, and what lies beyond them is refused with its line."""

import re
import types
import typing

import pytest

from trigger_ad.config import Config, parse
from trigger_ad.config.tables import TABLES
from trigger_ad.errors import ConfigError
from trigger_ad.menu.file import Menu
from trigger_ad.sections.named import ByName, held_by
from trigger_ad.sections.section import Section

#: Checked by a rule of its own, which knows what other keys say.
OWN_RULE = {
    "convert.clock_ns",
    "seeds.prescale",  # see test_refused_inputs
}

#: What of each key is refused, as well as what the test below adds; in brackets is the name that
#: tells a section apart.
REFUSED = {
    "seed": (-1, 1 << 40),
    "split.seed": (-1, 1 << 40),
    "split.train": (0.0, 1.0, -0.5),
    "features[cms_level1].input_bits": (5, 13),
    "features[cms_level1].input_fraction": (-1, 11),
    "features[cms_level1].pt_shift": (-1, 5),
    "features[cms_level1].angle_shift": (-1, 5),
    "features[cms_level1].vectors[momentum].shift": (-1, 11),
    "features[cms_level1].vectors[momentum].log2_bits": (-1, 9),
    "features[cms_level1].vectors[momentum].leading": (0, 9),
    "features[cms_level1].vectors[count].pt_gev": (0.0, 1e5),
    "features[cms_level1].vectors[count].eta": (0.0, 11.0),
    "features[cms_level1].vectors[count].most": (0, 256),
    "features[cms_level1].vectors[sum].shift": (-1, 11),
    "features[cms_level1].vectors[sum].log2_bits": (-1, 9),
    "features[cms_level1].vectors[sum].pt_gev": (0.0, 1e5),
    "features[cms_level1].vectors[sum].eta": (0.0, 11.0),
    "features[cms_level1].vectors[eta].shift": (-1, 11),
    "features[cms_level1].vectors[azimuth].shift": (-1, 7),
    "features[cms_level1].vectors[transverse_mass].log2_bits": (-1, 7),
    "scorer[vae].latent": (0, 17),
    "scorer[vae].beta": (-0.1, 1e7),
    "scorer[svdd].latent": (0, 17),
    "scorer[svdd].target": (0, 26),
    "scorer[student].fidelity": (0.0, 1.0),
    "scorer[density].bits": (1, 13),
    "scorer[density].fraction": (-1, 9),
    "scorer[density].prior": (-0.1, 1.0),
    "scorer[tails].bits": (1, 13),
    "scorer[tails].fraction": (-1, 9),
    "scorer[double_ae].least": (49, 1 << 30),
    "scorer[factorised].least": (49, 1 << 30),
    "scorer[factorised].bits": (1, 13),
    "scorer[factorised].fraction": (-1, 9),
    "scorer[student].teacher[flow].epochs": (0, 100_001),
    "scorer[student].teacher[svdd_ensemble].epochs": (0, 100_001),
    "train.epochs": (0, 100_001),
    "train.batch": (63, 1 << 25),
    "train.learning_rate": (0.0, 1.5),
    "train.copies": (0, 65),
    "train.patience": (0, 1 << 20),
    "train.disco.weight": (-1.0, 1e7),
    "train.closure.weight": (-1.0, 1e7),
    "train.closure.target": (0.0, 2.0),
    "train.closure.cuts": (0, 65),
    "train.closure.width": (0.0, 11.0),
    "train.pileup.weight": (-1.0, 1e7),
    "train.pileup.target": (0.0, 11.0),
    "quantize.weight_bits": (1, 17),
    "quantize.bias_bits": (1, 17),
    "quantize.activation_bits": (1, 17),
    "quantize.output_bits": (1, 17),
    "quantize.sparsity": (-0.1, 1.0),
    "quantize.output_sparsity": (-0.1, 1.0),
    "quantize.epochs": (-1, 1 << 20),
    "quantize.learning_rate": (0.0, 2.0),
    "convert.clock_ns": (0.0, -4.0),
    "convert.reuse_factor": (0, 1001),
    "budget.lut": (-1, 1 << 40),
    "budget.ff": (-1, 1 << 40),
    "budget.dsp": (-1, 1 << 40),
    "budget.bram": (-1, 1 << 40),
    "budget.uram": (-1, 1 << 40),
    "budget.logic_levels": (-1, 1 << 40),
    "budget.latency_ns": (0.0, 1e9),
    "trigger.sm_efficiency": (0.0, 1.0),
    "trigger.score2_efficiency": (0.0, 1.0),
    "trigger.menu.pure_rate_hz": (0.0, 1e13),
    "trigger.bandwidth_hz": (0.0, 1e13),
    "trigger.prescale.A": (-1.0, 1e8),
    "trigger.rate.input_rate_hz": (0.0, 1e13),
    "trigger.rate.colliding_bunches": (0, 3565),
    "trigger.rate.luminosity_hz_per_pb": (0.0, 1e4),
    "validate.bootstrap": (19, 1 << 20),
    "validate.random_inputs": (99, 1 << 30),
    "validate.csim_events": (999, 1 << 31),
    "validate.golden_events": (999, 1 << 25),
    "validate.signal_fraction": (0.0, 1.0),
    "baselines.published.epochs": (-1, 1 << 20),
}


def numbers(section, above="", inside=()):
    """Dotted key of each number of a section and those below, with its kind and limits."""
    for name, field in section.model_fields.items():
        key = f"{above}{field.alias or name}"
        mark = held_by(field)
        if isinstance(mark, ByName):
            for chosen in TABLES[mark.table].names() if mark.table not in inside else ():
                below = TABLES[mark.table].find(chosen)
                yield from numbers(below, f"{key}[{chosen}].", (*inside, mark.table))
            continue
        for kind, limits in kinds(field.annotation, tuple(field.metadata)):
            if isinstance(kind, type) and issubclass(kind, Section) and kind is not section:
                yield from numbers(kind, f"{key}.", inside)
            elif kind in (int, float):
                yield key, kind, limits


def kinds(annotation, limits):
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from kinds(arguments[0], (*limits, *arguments[1:]))
    elif origin in (typing.Union, types.UnionType, tuple, dict):
        for argument in arguments:
            yield from kinds(argument, limits)
    else:
        yield annotation, limits


def ends(limits):
    """Names of the limits, also of those that pydantic keeps together."""
    found = set()
    for limit in limits:
        parts = getattr(limit, "metadata", [limit])
        found |= {n for part in parts for n in ("gt", "ge", "lt", "le") if hasattr(part, n)}
    return found


@pytest.mark.parametrize("root", [Config, Menu])
def test_every_number_has_two_ends(root):
    found = list(numbers(root))
    assert len(found) > 5
    for key, _, limits in found:
        low, high = ends(limits) & {"gt", "ge"}, ends(limits) & {"lt", "le"}
        assert (low and high) or key in OWN_RULE, key


def test_what_is_refused_is_listed():
    alike = {"split.": "split.train", "trigger.prescale.": "trigger.prescale.A"}
    lists = (".hidden", ".shape", "train.closure.quantiles", "validate.sm_efficiencies")
    lists += (".slots", ".steps_gev")
    for key, _, _ in numbers(Config):
        if key.endswith(lists):
            continue
        assert key in REFUSED or any(map(key.startswith, alike)), key


#: What sections must have besides.
REQUIRED = {
    "scorer[student]": "teacher: {name: flow}",
    "scorer[density]": "of: classes",
    "scorer[tails]": "of: [heights]",
    "scorer[factorised]": "members: [{name: density, of: c}, {name: tails, of: [h]}]",
}


def text(key, value):
    """A configuration with a value at a dotted key."""
    *above, name = key.split(".")
    if ".vectors[" in key:
        entry = f"kind: {above[1][8:-1]}, of: jet, {name}: {value!r}"
        return f"schema: config/2\nname: c\nfeatures:\n  vectors:\n    v: [{{{entry}}}]", 5
    lines = ["schema: config/2", "name: c"]
    for depth, part in enumerate(above):
        section, chosen = re.fullmatch(r"(\w+)(?:\[(\w+)\])?", part).groups()
        lines.append("  " * depth + f"{section}:")
        if chosen:
            choice = "layout" if section == "features" else "name"
            lines.append("  " * depth + f"  {choice}: {chosen}")
    lines.append("  " * len(above) + f"{name}: {value!r}")
    if key == "trigger.menu.pure_rate_hz":
        lines.append("    file: packaged:small")
    if more := REQUIRED.get(".".join(above)):
        lines.insert(4, f"  {more}")
    return "\n".join(lines), 1 + next(i for i, line in enumerate(lines) if f"{name}: " in line)


@pytest.mark.parametrize("key", REFUSED)
def test_a_number_beyond_its_ends_is_refused(key):
    for value in (*REFUSED[key], "9" * 400, ".nan", ".inf", "-.inf", "'1'"):
        shown = value.strip("'") if isinstance(value, str) else value
        content, line = text(key, shown)
        if isinstance(value, str):
            content = content.replace(repr(shown), value)
        with pytest.raises(ConfigError) as caught:
            parse(content, "c.yaml")
        dotted = re.sub(r"\[\w+\]", "", key).replace(".vectors.", ".vectors.v.0.")
        name = f"key '{dotted}' at c.yaml:{line} must be "
        if str(value).isdecimal() and len(str(value)) > 300:
            name = f"a number at c.yaml:{line} "
        assert str(caught.value).startswith(name), str(caught.value)
