from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.rates.counters import RunningSum


class Text(str):
    """Adding keeps the order, so that a sum shows whether all parts are in it, in order."""

    __slots__ = ()
    longest = 0

    def __add__(self, other):
        Text.longest += len(self) + len(other)
        return Text(str.__add__(self, other))


@given(st.lists(st.sampled_from("abcdefg"), max_size=200))
def test_all_parts_are_in_the_sum_in_order(letters):
    running = RunningSum(Text())
    for letter in letters:
        running.add(Text(letter))
    assert running.total() == "".join(letters)
    running.add(Text("z"))
    assert running.total() == "".join(letters) + "z"


def test_little_is_copied():
    Text.longest = 0
    running = RunningSum(Text())
    for _ in range(1024):
        running.add(Text("a"))
    running.total()
    assert Text.longest <= 1024 * 11  # one after the other would copy half a million
