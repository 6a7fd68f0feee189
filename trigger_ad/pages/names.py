"""How samples, models and rungs are called on a page and in a figure."""

from __future__ import annotations

from collections.abc import Sequence

from trigger_ad.run_folder import BACKGROUND, TEST

__all__ = [
    "MODELS",
    "SCORES",
    "axis_label",
    "full_label",
    "listed",
    "model_label",
    "sample_label",
    "title",
]

#: Stages of the double autoencoder, from training to hardware.
MODELS = ("float", "ptq", "quantized", "firmware")

#: The two decorrelated scores.
SCORES = ("score1", "score2")

_SAMPLES = {
    BACKGROUND: ("SM", "SM"),
    TEST: ("SM", "SM"),
    "leptoquark": ("LQ → bτ", r"$LQ \to b\tau$"),
    "a_to_4l": ("A → 4ℓ", r"$A \to 4\ell$"),
    "h0_to_tautau": ("h⁰ → ττ", r"$h^{0} \to \tau\tau$"),
    "hplus_to_taunu": ("h± → τν (s-channel)", r"$h^{\pm} \to \tau\nu$ (s-channel)"),
    "hplus_top_to_taunu": ("t h±, h± → τν", r"$t\,h^{\pm},\ h^{\pm} \to \tau\nu$"),
}

_MODELS = {
    "float": "float",
    "ptq": "quantised, not retrained",
    "quantized": "quantised, retrained",
    "firmware": "firmware",
    "published": "float, published size",
    "single_float": "single autoencoder, float",
    "single_quantized": "single autoencoder, quantised",
    "single_firmware": "single autoencoder, firmware",
}

_TITLES = {
    "score1": "score 1",
    "score2": "score 2",
    "combined": "both scores, diagonal cut",
    "held": "both scores, score 2 held",
    "single": "single autoencoder",
    "single_autoencoder": "single autoencoder",
    "csim": "C simulation (hls4ml)",
    "top": "trigger top in HLS",
    "fast": "fast emulator",
    "qkeras": "QKeras in float64",
    "ht": "HT",
    "sum_pt": "sum of pT",
    "multiplicity": "multiplicity",
    "leading_lepton_pt": "leading-lepton pT",
    "leptons": "number of leptons",
    "sum_words": "sum of absolute words",
    "largest_tail": "largest tail",
    "density": "density table",
    "met": "MET",
    "leading_jet": "leading jet",
    "leading_egamma": "leading e/gamma",
    "leading_muon": "leading muon",
    "two_egamma": "two e/gamma",
    "two_muons": "two muons",
    "egamma_muon": "e/gamma + muon",
    "muon_two_jets": "muon + two jets",
    "egamma_two_jets": "e/gamma + two jets",
    "four_jets": "four jets",
    "region_a": "region A",
    "rtl": "trigger top in RTL",
    "abi": "shared object",
    "azimuth_met": "azimuth of the missing momentum",
    "azimuth_egamma": "azimuth of the leading e/gamma",
    "azimuth_muon": "azimuth of the leading muon",
    "azimuth_jet": "azimuth of the leading jet",
    "egamma": "e/gamma",
    "flavour": "flavour of leptons",
    "halves": "halves by chance",
    "pileup": "pile-up",
}


def sample_label(name: str) -> str:
    """Name of a sample in running text, with Greek letters where it is known."""
    return _SAMPLES[name][0] if name in _SAMPLES else name


def full_label(name: str) -> str:
    """Name of a sample in running text, with its name in files where that is another."""
    label = sample_label(name)
    return label if label == name else f"{label} ({name})"


def axis_label(name: str) -> str:
    """Name of a sample in a figure; dollar signs of unknown names stay dollar signs."""
    return _SAMPLES[name][1] if name in _SAMPLES else name.replace("$", r"\$")


def model_label(name: str) -> str:
    """Name of a model in text and figures."""
    return _MODELS.get(name, name)


def title(name: str) -> str:
    """Name of a score, rung or baseline in text and figures."""
    return _TITLES.get(name, name.replace("_", " "))


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> listed(["HT"]), listed(["HT", "MET", "four jets"])
    ('HT', 'HT, MET and four jets')
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
