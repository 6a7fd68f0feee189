"""The processes of the ADC2021 data set and how Pythia 8 is asked for each of them.

====================  ======================================================================
standard model        proportions after the lepton filter, as in ADC2021
====================  ======================================================================
``w_lnu``             59.2 %; W to e, mu or tau
``qcd``               33.8 %; hard b bbar and c cbar pairs, pTHat > 26 GeV
``z_ll``              6.7 %; Z/gamma* to e, mu or tau, mass above 10 GeV
``ttbar``             0.3 %
====================  ======================================================================

The signals are a leptoquark pair (80 GeV, to b tau), a 50 GeV pseudoscalar to four leptons
through Z* Z*, and a 60 GeV neutral or charged scalar to tau tau and tau nu. All decays keep
their natural branching fractions among the channels that are switched on.

The charged scalar comes in two ways. ``hplus_to_taunu`` is made alone, in the s channel, and looks
like a W. ``hplus_top_to_taunu`` is made with a top quark, as that of ADC2021 seems to be:
``tools/check_charged_scalar.py`` compares the ways with what is public about it.

Multijet events come from hard b bbar and c cbar production only; ``HardQCD:all`` adds flavour
excitation and gluon splitting. ``tools/check_generation.py`` compares their spectra. The
proportions above are fixed by hand, so the cross-section does not enter. Light-quark jets that
fake a lepton do not occur in this detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["GENERATORS", "SAMPLES", "SM_PROPORTIONS", "Generator"]

Selection = Literal["resonance", "heavy_flavour", "leptons"]


@dataclass(frozen=True)
class Generator:
    """One process as Pythia settings and the economy with which it is generated.

    Parameters
    ----------
    selection : {"resonance", "heavy_flavour", "leptons"}
        Early veto: on the leptons of a single resonance, on a b or c quark (both while the
        shower passes 8 GeV), or on the leptons of the finished parton-level event.
    decays : int
        How often the tau, b and c decays of one parton-level event are repeated where only
        they can give the lepton.
    settings : tuple of str
        Lines for ``Pythia.readString``.
    thinned : bool
        Tau events are kept with probability 1/decays, because the process has others too.
    """

    selection: Selection
    decays: int
    settings: tuple[str, ...]
    thinned: bool = True


_LEPTONS = "11 13 15"

GENERATORS: dict[str, Generator] = {
    "w_lnu": Generator(
        "resonance",
        12,
        ("WeakSingleBoson:ffbar2W = on", "24:onMode = off", f"24:onIfAny = {_LEPTONS}"),
    ),
    "qcd": Generator(
        "heavy_flavour",
        220,
        ("HardQCD:hardbbbar = on", "HardQCD:hardccbar = on", "PhaseSpace:pTHatMin = 26"),
        thinned=False,
    ),
    "z_ll": Generator(
        "resonance",
        12,
        (
            "WeakSingleBoson:ffbar2gmZ = on",
            "PhaseSpace:mHatMin = 10",
            "23:onMode = off",
            f"23:onIfAny = {_LEPTONS}",
        ),
    ),
    "ttbar": Generator("leptons", 12, ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on")),
    "leptoquark": Generator(
        "leptons",
        8,
        (
            "LeptoQuark:gg2LQLQbar = on",
            "LeptoQuark:qqbar2LQLQbar = on",
            "42:m0 = 80",
            "42:mMin = 60",
            "42:0:products = 5 15",
        ),
        thinned=False,
    ),
    "a_to_4l": Generator(
        "resonance",
        12,
        (
            "Higgs:useBSM = on",
            "HiggsBSM:gg2A3 = on",
            "36:m0 = 50",
            "HiggsA3:coup2Z = 1",
            "36:onMode = off",
            "36:onIfMatch = 23 23",
            "23:mMin = 1",
            "23:onMode = off",
            f"23:onIfAny = {_LEPTONS}",
        ),
    ),
    "h0_to_tautau": Generator(
        "resonance",
        12,
        ("HiggsSM:gg2H = on", "25:m0 = 60", "25:onMode = off", "25:onIfMatch = 15 15"),
        thinned=False,
    ),
    "hplus_to_taunu": Generator(
        "resonance",
        36,
        (
            "Higgs:useBSM = on",
            "HiggsBSM:ffbar2H+- = on",
            "37:m0 = 60",
            "37:mMin = 50",
            "37:onMode = off",
            "37:onIfMatch = 15 16",
        ),
        thinned=False,
    ),
    "hplus_top_to_taunu": Generator(
        "leptons",
        12,
        (
            "Higgs:useBSM = on",
            "HiggsBSM:bg2H+-t = on",
            "37:m0 = 60",
            "37:mMin = 50",
            "37:onMode = off",
            "37:onIfMatch = 15 16",
        ),
    ),
}

SM_PROPORTIONS: dict[str, float] = {"w_lnu": 0.592, "qcd": 0.338, "z_ll": 0.067, "ttbar": 0.003}

#: What can be generated, as proportions of processes. New names go to the end.
SAMPLES: dict[str, dict[str, float]] = {
    "sm": SM_PROPORTIONS,
    "leptoquark": {"leptoquark": 1.0},
    "a_to_4l": {"a_to_4l": 1.0},
    "h0_to_tautau": {"h0_to_tautau": 1.0},
    "hplus_to_taunu": {"hplus_to_taunu": 1.0},
    **{name: {name: 1.0} for name in SM_PROPORTIONS},
    "hplus_top_to_taunu": {"hplus_top_to_taunu": 1.0},
}
