"""Layouts other than that of events: pixels, single numbers, constituents of a jet."""

from trigger_ad.features.layout import Field, Layout


def pixels(count: int) -> Layout:
    """Words that are always there."""
    fields = (Field(f"p{i}", "pixel", "et", 8, shift=1) for i in range(count))
    return Layout("pixels", tuple(fields), 9, 4)


def signed_numbers(count: int) -> Layout:
    """Words of either sign that are inputs as they are."""
    fields = (Field(f"n{i}", "number", "value", 9, signed=True) for i in range(count))
    return Layout("numbers", tuple(fields), 9, 4)


#: A calorimeter image: words that are always there, many of them 0.
PIXELS = pixels(81)

#: Numbers of any width and sign, one without wires, and with offsets.
SCALARS = Layout(
    "scalars",
    (
        Field("count", "event", "count", 5),
        Field("asymmetry", "event", "asymmetry", 11, signed=True, shift=3),
        Field("spare", "event", "spare", 0),
        Field("ht", "event", "et", 13, offset=77, shift=4),
        Field("flag", "event", "flag", 1),
        Field("balance", "event", "balance", 7, signed=True, offset=3),
    ),
    8,
    2,
)

#: A jet: its momentum and mass, then three constituents whose fields do not stand together. The
#: second tells its presence by a word that is neither its momentum nor the first of its fields.
JET = Layout(
    "jet",
    (
        Field("jet_pt", "jet", "pt", 11, shift=3, presence=0),
        Field("jet_mass", "jet", "mass", 8, presence=0),
        Field("pt0", "constituent", "pt", 9, offset=1, shift=1, presence=2),
        Field("eta1", "constituent", "eta", 6, signed=True, presence=5),
        Field("pt1", "constituent", "pt", 9, shift=2, presence=5),
        Field("quality1", "constituent", "quality", 3, presence=5),
        Field("eta0", "constituent", "eta", 6, signed=True, presence=2),
        Field("code2", "constituent", "code", 5, signed=True, presence=7),
        Field("phi2", "constituent", "phi", 7, offset=36, shift=1, period=72, presence=7),
    ),
    8,
    3,
)

OTHERS = (PIXELS, SCALARS, JET)
