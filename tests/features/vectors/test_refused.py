"""What a vector cannot be, with the sentence that says so."""

import pytest

from tests.vectors import LAYOUT, features
from trigger_ad.config import parse
from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.vectors.program import program_of
from trigger_ad.ir.expression import port
from trigger_ad.run.folder.preparation import require_read

ENTRY = "entry 0 of features.vectors.v"
KINDS = "choose from met, egamma, muon, jet"

JETS = {"kind": "momentum", "of": "jet"}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({**JETS, "of": "tau"}, f"must be of a kind of object with a momentum, not tau: {KINDS}"),
        (
            {**JETS, "slots": (3, 10)},
            "must take slots of jet, not 10: choose from 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
        ),
        ({"kind": "eta", "of": "met"}, f"must be of a kind with eta, not met: {KINDS}"),
        (
            {"kind": "count", "of": "met", "eta": 2.0},
            f"must be of a kind with eta, not met: {KINDS}",
        ),
        (
            {"kind": "count", "of": "muon", "pt_gev": 255.5},
            (
                "must have thresholds from 1 to 510 counts of 0.5 GeV, not 511: choose what can be "
                "reached"
            ),
        ),
        (
            {**JETS, "slots": (0,), "steps_gev": (20.0, 1024.0)},
            (
                "must have thresholds from 1 to 2047 counts of 0.5 GeV, not 2048: choose what can "
                "be reached"
            ),
        ),
        (
            {"kind": "eta", "of": "jet", "absolute": True, "shift": 8},
            (
                "must have numbers that differ from event to event, not always 0 at place 0: drop "
                "fewer bits, or remove it"
            ),
        ),
        (
            {**JETS, "of": ("met", "muon"), "leading": 6},
            "must have leading of at most 5, not 6: ask for fewer",
        ),
        (
            {"kind": "azimuth", "of": "muon", "reference": "tau"},
            f"must be of a kind of object with a momentum, not tau: {KINDS}",
        ),
    ],
)
def test_what_a_layout_does_not_have(entry, sentence):
    with pytest.raises(ConfigError) as caught:
        program_of(features({"v": (entry,)}), LAYOUT)
    assert str(caught.value) == f"{ENTRY} {sentence}"


def test_the_last_threshold_that_can_be_reached_is_taken():
    entry = {"kind": "count", "of": "muon", "pt_gev": 255.0}
    assert program_of(features({"v": (entry,)}), LAYOUT).ports["v"].maximum == (4,)


def words_of(**kinds):
    """Layout of one object of each kind: LSB of momenta, and period of azimuths."""
    fields = []
    for kind, (lsb, period) in kinds.items():
        first = len(fields)
        fields.append(Field(f"{kind}_pt", kind, "pt", 8, lsb=lsb, presence=first))
        phi = Field(f"{kind}_phi", kind, "phi", 8, period=period, presence=first)
        fields.append(phi)
    return Layout("odd", tuple(fields), 9, 4)


def test_momenta_of_two_scales_are_not_merged():
    both = features({"v": ({"kind": "sum", "of": ("a", "b")},)})
    with pytest.raises(ConfigError) as caught:
        program_of(both, words_of(a=(0.5, 144), b=(1.0, 144)))
    assert str(caught.value) == (
        f"{ENTRY} must be of kinds whose momenta have one LSB, not 0.5 GeV of a, 1 GeV of b: take "
        "them one by one"
    )


def test_grids_that_do_not_fit_are_refused():
    angle = features({"v": ({"kind": "azimuth", "of": "a", "reference": "b"},)})
    with pytest.raises(ConfigError) as caught:
        program_of(angle, words_of(a=(1.0, 144), b=(1.0, 216)))
    assert str(caught.value) == (
        f"{ENTRY} must be of a layout whose periods of phi are one, times powers of two, not 144, "
        "216: leave azimuths out"
    )
    assert program_of(angle, words_of(a=(1.0, 120), b=(1.0, 240))).ports["v"].maximum == (61,)


@pytest.mark.parametrize("name", ["words", "inputs"])
def test_names_of_other_ports(name):
    with pytest.raises(ConfigError) as caught:
        program_of(features({name: (JETS,)}), LAYOUT)
    assert str(caught.value) == (
        f"vector {name} of features.vectors must have another name than words, inputs, input: "
        "rename it"
    )


def test_a_vector_that_nothing_reads():
    settings = features({"v": (JETS,), "w": (JETS,), "u": (JETS,)}, network="w")
    require_read(settings, [port("v").add(port("u")).sum()], ["ae1"])
    with pytest.raises(ConfigError) as caught:
        require_read(settings, [port("v").sum()], ["ae1"])
    assert str(caught.value) == (
        "vector u of features.vectors must be read by a score, or by the networks as "
        "features.network: remove it"
    )
    with pytest.raises(ConfigError) as caught:
        require_read(settings, [port("v").add(port("u")).sum()], ["ae1", "w"])
    assert str(caught.value) == (
        "vector w of features.vectors must have another name than the networks ae1, w: rename it"
    )


TEXT = "schema: config/2\nname: c\nfeatures:\n  network: v\n  vectors:\n    v: [{}]\n"
KEYS = "kind, scaled, shift, log2_bits, steps_gev, of, slots, leading"


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            "{kind: momentum, of: jet, bits: 3}",
            ".0.bits' at c.yaml:6 must be a key of momentum, not 'bits': choose from " + KEYS,
        ),
        (
            "{kind: mass, of: jet}",
            (
                ".0.kind' at c.yaml:6 must be a known kind of quantity, not 'mass': choose from "
                "momentum, count, sum, eta, azimuth, transverse_mass"
            ),
        ),
        ("{of: jet}", ".0.kind' at c.yaml:6 must be given: add kind"),
        (
            "{kind: momentum, of: jet, shift: 1, log2_bits: 3}",
            ".0' at c.yaml:6: must have no shift beside log2_bits or steps_gev: give such a value",
        ),
        (
            "{kind: sum, of: jet, log2_bits: 3, steps_gev: [20]}",
            (
                ".0' at c.yaml:6: must have one of log2_bits and steps_gev, not both: give such a "
                "value"
            ),
        ),
        (
            "{kind: sum, of: jet, steps_gev: [20, 20]}",
            ".0' at c.yaml:6: steps_gev must grow from one to the next: give such a value",
        ),
        (
            "{kind: momentum, of: jet, slots: [0], leading: 1}",
            ".0' at c.yaml:6: must have one of slots and leading, not both: give such a value",
        ),
        (
            "{kind: azimuth, of: [egamma, muon], slots: [0]}",
            (
                ".0' at c.yaml:6: must have no slots of several kinds, of which the hardest is "
                "taken: give such a value"
            ),
        ),
        ("", "' at c.yaml:6 must have at least 1 entries, not 0: give such a value"),
    ],
)
def test_keys_of_entries(entry, sentence):
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.format(entry), "c.yaml")
    assert str(caught.value) == f"key 'features.vectors.v{sentence}"


def test_the_vector_of_networks_is_one_of_them():
    text = TEXT.format("{kind: momentum, of: jet}").replace("network: v", "network: w")
    with pytest.raises(ConfigError) as caught:
        parse(text, "c.yaml")
    assert str(caught.value) == (
        "key 'features' at c.yaml:3: network must name one of the vectors, not 'w': give such a "
        "value"
    )


def test_an_entry_is_read():
    config = parse(TEXT.format("{kind: sum, of: [jet], pt_gev: 30, eta: 2.4}"), "c.yaml")
    (entry,) = config.features.vectors["v"]
    assert (entry.kind, entry.of, entry.pt_gev, entry.eta) == ("sum", ("jet",), 30.0, 2.4)
