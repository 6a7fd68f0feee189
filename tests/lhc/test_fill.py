from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import ConfigError
from trigger_ad.lhc import orbit
from trigger_ad.lhc.fill import FillingScheme

places = st.sets(st.integers(0, 3563), min_size=1, max_size=60)


def test_places_and_ranges(tmp_path):
    path = tmp_path / "fill.txt"
    path.write_text("# a test fill\n0-2, 7\n3563   # the last place\n")
    fill = FillingScheme.read(path)
    assert fill.places == (0, 1, 2, 7, 3563)
    assert fill == FillingScheme.of([7, 0, 3563, 2, 1])
    assert np.flatnonzero(fill.mask).tolist() == [0, 1, 2, 7, 3563]
    assert fill.live_fraction == Fraction(5, 3564)
    assert fill.rate_hz == 5 * orbit.ORBIT_HZ


@given(places)
def test_the_text_is_read_back(chosen):
    fill = FillingScheme.of(chosen)
    assert FillingScheme.parse(fill.text) == fill


def test_a_text_or_a_file_is_given(tmp_path):
    path = tmp_path / "56-103.txt"
    path.write_text("3-5")
    assert FillingScheme.given(str(path)).text == "3-5"
    assert FillingScheme.given("5, 3\n4 9").text == "3-5, 9"
    with pytest.raises(ConfigError, match="must be a readable text file, not file name too"):
        FillingScheme.given("1-5; 7" * 100)  # longer than a name may be
    with pytest.raises(ConfigError, match="must list places or rising ranges"):
        FillingScheme.given("")


@given(places, st.integers(0, 10**9))
def test_numbers_of_colliding_crossings(chosen, first):
    """The n-th colliding crossing has n before it, collides, and the next comes after it."""
    fill = FillingScheme.of(chosen)
    numbers = np.arange(first, first + 200)
    crossings = fill.crossing(numbers)
    assert (np.diff(crossings) > 0).all()
    assert fill.mask[crossings % 3564].all()
    np.testing.assert_array_equal(fill.colliding_before(crossings), numbers)
    np.testing.assert_array_equal(fill.colliding_before(crossings + 1), numbers + 1)
    slow = [
        orbit.Crossing(n // len(chosen), sorted(chosen)[n % len(chosen)]).index for n in numbers
    ]
    assert crossings.tolist() == slow


REMEDY = "give each colliding place once, from 0 to 3563, in rising order"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "1-5, x",
            (
                "f must list places or rising ranges such as 56-103, not 'x': "
                "separate them with commas or spaces"
            ),
        ),
        (
            "9-5",
            (
                "f must list places or rising ranges such as 56-103, not '9-5': "
                "separate them with commas or spaces"
            ),
        ),
        (
            "",
            (
                "f must list places or rising ranges such as 56-103, not '': "
                "separate them with commas or spaces"
            ),
        ),
        ("3564", (f"a filling scheme must have places from 0 to 3563, not 3564: {REMEDY}")),
        (
            "9" * 400,
            (
                f"f must list places or rising ranges such as 56-103, not '{'9' * 400}': "
                "separate them with commas or spaces"
            ),
        ),
        (
            "3560-9999999999",
            (f"a filling scheme must have places from 0 to 3563, not 3564: {REMEDY}"),
        ),
        ("4, 2-6", f"a filling scheme must have places above 4 after it, not 4: {REMEDY}"),
    ],
)
def test_refusals(text, message):
    with pytest.raises(ConfigError) as caught:
        FillingScheme.parse(text, "f")
    assert str(caught.value) == message


def test_no_places():
    with pytest.raises(ConfigError, match="must have a colliding place"):
        FillingScheme(())


@pytest.mark.parametrize(
    "content", ["\ufeff1-3\r\n5\r\n", "1-3\n5\r\n", "# scheme\n 1-3 ,\t5", "1-3\n\n5\n"]
)
def test_what_editors_add_changes_nothing(content, tmp_path):
    (tmp_path / "f.txt").write_text(content, encoding="utf-8", newline="")
    assert FillingScheme.read(tmp_path / "f.txt").text == "1-3, 5"


def test_lines_that_end_in_the_way_of_old_macs(tmp_path):
    (tmp_path / "f.txt").write_text("1-3\r5\r", newline="")
    with pytest.raises(ConfigError, match=r"f.txt:1 must have lines that end in .n or"):
        FillingScheme.read(tmp_path / "f.txt")


def test_missing_file(tmp_path):
    with pytest.raises(ConfigError) as caught:
        FillingScheme.read(tmp_path / "none.txt")
    assert str(caught.value).endswith(
        "none.txt must be a readable text file, not missing: "
        "check the path, or give places such as 56-103, 112"
    )
