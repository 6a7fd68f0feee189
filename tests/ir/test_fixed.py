"""Fixed-point types agree with exact rational arithmetic and with the C++ headers."""

import importlib.util
import random
import shutil
import signal
import subprocess
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint, Overflow, Rounding

TYPES = st.builds(
    FixedPoint,
    width=st.integers(1, 24),
    integer=st.integers(-12, 36),
    signed=st.booleans(),
    rounding=st.sampled_from(Rounding),
    overflow=st.sampled_from(Overflow),
)
WIDE = st.builds(
    FixedPoint,
    width=st.integers(1, MAX_WIDTH),
    integer=st.integers(-80, 80),
    signed=st.booleans(),
    rounding=st.sampled_from(Rounding),
    overflow=st.sampled_from(Overflow),
)


def exact_cast(value, kind):
    """Raw integer of a rational number in a type, from the definition of its modes."""
    scaled = value * Fraction(2) ** kind.fraction
    raw = floor(scaled)
    if kind.rounding is Rounding.HALF_UP:
        raw = floor(scaled + Fraction(1, 2))
    elif kind.rounding is Rounding.HALF_EVEN:
        raw = round(scaled)
    if kind.overflow is Overflow.SATURATE:
        return min(max(raw, kind.minimum), kind.maximum)
    return (raw - kind.minimum) % 2**kind.width + kind.minimum


@given(WIDE)
def test_text_round_trip(kind):
    assert FixedPoint.parse(str(kind)) == kind
    assert FixedPoint.parse(str(kind).replace("AP_", "").removeprefix("ap_")) == kind


@given(TYPES)
def test_kif_round_trip(kind):
    assert FixedPoint.from_kif(*kind.kif) == kind.exact()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ap_fixed<16,6>", FixedPoint(16, 6)),
        ("fixed<16,6>", FixedPoint(16, 6)),
        ("ufixed<8,0,RND_CONV,SAT,0>", FixedPoint.quantized_relu(8, 0)),
        (" ap_ufixed< 8 , -2 > ", FixedPoint(8, -2, False)),
        ("ap_fixed<6,1,AP_RND_CONV,AP_SAT>", FixedPoint.quantized_bits(6, 0)),
        ("ap_fixed<6,9,AP_RND>", FixedPoint(6, 9, rounding=Rounding.HALF_UP)),
    ],
)
def test_texts_of_hls(text, kind):
    assert FixedPoint.parse(text) == kind


@pytest.mark.parametrize(
    "text", ["ap_int<8>", "ap_fixed<8>", "", "ap_fixed<8,3,AP_TRN,AP_WRAP,2>", "xap_fixed<8,3>"]
)
def test_other_texts_are_refused(text):
    sentence = r"^a fixed-point type must look like ap_fixed<W,I,AP_TRN,AP_WRAP>, not '.*': write"
    with pytest.raises(FixedPointError, match=sentence):
        FixedPoint.parse(text)


@pytest.mark.parametrize("modes", ["AP_RND_ZERO", "AP_TRN,AP_SAT_SYM", "RND,RND"])
def test_modes_not_used_here_are_refused(modes):
    sentence = (
        r"^a fixed-point type must round by TRN, RND or RND_CONV and overflow by WRAP or SAT, not "
        r"'ap_fixed<8,3,.*>': choose one of these$"
    )
    with pytest.raises(FixedPointError, match=sentence):
        FixedPoint.parse(f"ap_fixed<8,3,{modes}>")


@pytest.mark.parametrize("width", [0, -1, 63])
def test_width_out_of_range(width):
    sentence = (
        rf"^the width of a fixed-point type must be from 1 to 62 bits, not {width}: use fewer bits$"
    )
    with pytest.raises(FixedPointError, match=sentence):
        FixedPoint(width, 3)


@given(TYPES, st.integers(-(2**40), 2**40), st.integers(-30, 60))
def test_cast_is_exact(kind, raw, fraction):
    assert int(kind.cast(raw, fraction)) == exact_cast(raw * Fraction(2) ** -fraction, kind)


@given(WIDE, WIDE, st.data())
def test_cast_between_any_two_types_is_exact(source, kind, data):
    raw = data.draw(
        st.one_of(
            st.integers(source.minimum, source.maximum),
            st.sampled_from([source.minimum, source.maximum, 0]),
        )
    )
    value = raw * Fraction(2) ** -source.fraction
    assert int(kind.cast(raw, source.fraction)) == exact_cast(value, kind)


@pytest.mark.parametrize("width", [1, 2, 8, 61, 62])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("shift", [1, 5, 60, 61, 62, 63, 200])
def test_cast_to_a_far_finer_type_stays_within_int64(width, signed, shift):
    kind = FixedPoint(width, 0, signed, overflow=Overflow.SATURATE)
    raw = [0, 1, 2, 3, 2**40, -1, -2, -3, -(2**40)]
    expected = [min(max(value << shift, kind.minimum), kind.maximum) for value in raw]
    assert kind.cast(raw, kind.fraction - shift).tolist() == expected


@given(TYPES, st.lists(st.floats(-1e6, 1e6, width=64), min_size=1))
def test_encode_is_exact(kind, values):
    expected = [exact_cast(Fraction(value), kind) for value in values]
    assert kind.encode(values).tolist() == expected


@given(TYPES, st.integers(-(2**30), 2**30), st.integers(0, 24))
def test_encode_is_exact_near_ties(kind, numerator, digits):
    value = numerator * 2.0**-digits
    for near in (np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf)):
        assert int(kind.encode(near)) == exact_cast(Fraction(float(near)), kind)


@pytest.mark.parametrize("rounding", Rounding)
def test_encode_wraps_numbers_beyond_int64(rounding):
    kind = FixedPoint(8, 8, rounding=rounding)
    assert kind.encode([2.0**70, 2.0**64 + 2.0**20, -(2.0**63), 2.0**53 + 2]).tolist() == [
        0,
        0,
        0,
        2,
    ]


@given(TYPES, st.lists(st.integers(-(2**40), 2**40), min_size=2), st.integers(-10, 30))
def test_cast_is_idempotent(kind, raw, fraction):
    once = kind.cast(raw, fraction)
    np.testing.assert_array_equal(kind.cast(once, kind.fraction), once)
    np.testing.assert_array_equal(kind.encode(kind.decode(once)), once)
    assert once.min() >= kind.minimum
    assert once.max() <= kind.maximum


@given(
    TYPES.filter(lambda kind: kind.overflow is Overflow.SATURATE),
    st.lists(st.integers(-(2**40), 2**40), min_size=2),
    st.integers(-10, 30),
)
def test_saturating_cast_is_monotone(kind, raw, fraction):
    assert np.all(np.diff(kind.cast(sorted(raw), fraction)) >= 0)


@given(TYPES, TYPES)
def test_contains_means_that_a_cast_changes_nothing(kind, source):
    fits = kind.contains(source.minimum, source.maximum, source.fraction)
    ends = [source.minimum, source.maximum]
    kept = [
        exact_cast(end * Fraction(2) ** -source.fraction, kind) * Fraction(2) ** -kind.fraction
        == end * Fraction(2) ** -source.fraction
        for end in ends
    ]
    assert all(kept) or not fits
    if kind.fraction >= source.fraction:
        assert fits == all(kept)


@given(st.integers(-(2**60), 2**60), st.integers(0, 2**60), st.integers(-8, 8))
def test_holding_is_the_narrowest(minimum, span, fraction):
    maximum = minimum + span
    kind = FixedPoint.holding(minimum, maximum, fraction)
    assert kind.contains(minimum, maximum, fraction)
    assert kind.signed == (minimum < 0)
    if kind.width > 1 + kind.signed:
        narrower = FixedPoint(kind.width - 1, kind.integer - 1, kind.signed)
        assert not narrower.contains(minimum, maximum, fraction)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_encode_refuses_what_is_not_finite(value):
    sentence = "^a value to quantise must be finite, not NaN or infinity: check where it is made$"
    with pytest.raises(FixedPointError, match=sentence):
        FixedPoint(8, 3).encode([0.0, value])


def test_properties():
    kind = FixedPoint(8, 10, False)
    assert (kind.fraction, kind.lsb, kind.minimum, kind.maximum) == (-2, 4.0, 0, 255)
    assert kind.decode([0, 255]).tolist() == [0.0, 1020.0]


def headers():
    """Folder of the ap_fixed headers that hls4ml ships, if there is one and a compiler."""
    found = importlib.util.find_spec("hls4ml")
    if found is None or found.origin is None or shutil.which("g++") is None:
        return None
    folder = Path(found.origin).parent / "templates" / "vivado" / "ap_types"
    return folder if (folder / "ap_fixed.h").exists() else None


PROGRAM = """
#include <cstdio>
#include "ap_fixed.h"
template <class S, int SW, class D, int DW> void run() {
  for (long raw = 0; raw < (1L << SW); ++raw) {
    S source; source.range(SW - 1, 0) = ap_uint<SW>(raw);
    D result = source;
    std::printf("%lu ", (unsigned long)ap_uint<DW>(result.range(DW - 1, 0)).to_uint64());
  }
  std::printf("\\n");
}
int main() {
"""


def cpp(kind):
    prefix = "ap_fixed" if kind.signed else "ap_ufixed"
    return f"{prefix}<{kind.width},{kind.integer},AP_{kind.rounding},AP_{kind.overflow}>"


def printed(tmp_path, pairs):
    """Run casts of every value of a source by the headers, a line of numbers for each pair."""
    lines = [
        f"  run<{cpp(source)}, {source.width}, {cpp(kind)}, {kind.width}>();\n"
        for source, kind in pairs
    ]
    program = tmp_path / "casts.cpp"
    program.write_text(PROGRAM + "".join(lines) + "}\n")
    command = [
        "g++",
        "-O0",
        "-w",
        "-std=c++14",
        f"-I{headers()}",
        "-o",
        tmp_path / "casts",
        program,
    ]
    subprocess.run(command, check=True, timeout=300)
    return subprocess.run(
        [tmp_path / "casts"], check=False, timeout=60, capture_output=True, text=True
    )


def dropped_whole(beyond):
    """Casts that drop as many bits as their source has, and some more."""
    for rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        for signed in (True, False):
            source = FixedPoint(5, 2, signed)
            integer = 7 + source.width - source.fraction + beyond
            yield source, FixedPoint(7, integer, True, rounding, Overflow.SATURATE)


@pytest.mark.skipif(headers() is None, reason="needs g++ and the headers that hls4ml ships")
def test_cast_agrees_with_the_hls_headers(tmp_path):
    draw = random.Random(4)
    pairs = list(dropped_whole(0))
    for rounding in Rounding:
        for overflow in Overflow:
            for signed in (True, False):
                for _ in range(3):
                    source = FixedPoint(9, draw.randint(-3, 12), draw.random() < 0.7)
                    integer = source.integer + draw.randint(-4, 3)
                    width = draw.randint(2, 14)
                    pairs.append((source, FixedPoint(width, integer, signed, rounding, overflow)))
    done = printed(tmp_path, pairs)
    assert done.returncode == 0
    results = done.stdout.splitlines()
    assert len(results) == len(pairs)
    for (source, kind), line in zip(pairs, results, strict=True):
        bits = np.arange(1 << source.width)
        raw = source.exact().cast(bits, source.fraction)
        found = np.array(line.split(), dtype=np.int64)
        expected = kind.cast(raw, source.fraction) & ((1 << kind.width) - 1)
        np.testing.assert_array_equal(found, expected, err_msg=f"{source} to {kind}")


@pytest.mark.skipif(headers() is None, reason="needs g++ and the headers that hls4ml ships")
def test_the_hls_headers_abort_where_more_is_rounded_away_than_there_is(tmp_path):
    """Which `trigger_ad.ir.layers.rounding` keeps from happening."""
    pairs = list(dropped_whole(1))
    for source, kind in pairs:
        assert kind.fraction == source.fraction - source.width - 1
    done = printed(tmp_path, pairs[:1])
    assert done.returncode == -signal.SIGABRT
    assert "beyond MSB" in done.stderr
