import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import SchemaError
from trigger_ad.storage.packed import packed, unpacked


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_numbers_come_back(numbers):
    values = np.array(numbers, dtype=np.uint64)
    assert unpacked(packed(values), np.uint64).tolist() == numbers


def test_the_text_does_not_depend_on_the_order_of_bytes():
    values = np.arange(5, dtype=">i4")
    assert packed(values) == packed(values.astype("<i4"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*", "Only base64"),
        ("AAAA", "Error -3"),
        (packed(np.arange(3, dtype=np.int32)), "12 bytes"),
    ],
)
def test_other_text_is_refused(text, found):
    with pytest.raises(SchemaError) as caught:
        unpacked(text, np.int64)
    assert str(caught.value).startswith(
        f"an array in JSON must be numbers, compressed, in base 64, not {found}"
    )
    assert str(caught.value).endswith(": write it again")
