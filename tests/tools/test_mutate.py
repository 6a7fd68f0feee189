"""Faults are planted one at a time, and those that no test sees are told."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SOURCE = '''\
"""Words of 0 and 1."""

@dataclass(frozen=True)
class Cut:
    number: int = 3
    wrap: bool = False

    def above(self, values: list[int]) -> bool:
        if len(values) == 0 or not values:
            raise ValueError(f"{1 + 1} values, not {len(values) - 1}")
        bits = values[-1] << 2
        bits ^= values.max(initial=0)
        return min(bits, 7, strict=True) >= self.number and "a" + "b" in "ab"
'''


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    import mutants
    import mutate

    return mutate, mutants


def test_every_kind_of_fault(tools):
    found = [(one.line, one.after.strip()) for one in tools[1].mutants(SOURCE)]
    assert found == [
        (5, "number: int = 4"),
        (6, "wrap: bool = True"),
        (9, "if (not (len(values) == 0 or not values)):"),
        (9, "if (len(values) == 0 and (not values)):"),
        (9, "if (len(values) != 0) or not values:"),
        (9, "if len(values) == 1 or not values:"),
        (9, "if len(values) == 0 or (values):"),
        (11, "bits = (values[-1] >> 2)"),
        (11, "bits = values[(1)] << 2"),
        (11, "bits = values[-2] << 2"),
        (11, "bits = values[-1] << 3"),
        (12, "bits |= values.max(initial=0)"),
        (12, "bits ^= (values.max())"),
        (12, "bits ^= (values.min(initial=0))"),
        (12, "bits ^= values.max(initial=1)"),
        (13, "return (min(bits, 7, strict=True) >= self.number or 'a' + 'b' in 'ab')"),
        (13, 'return (min(bits, 7, strict=True) > self.number) and "a" + "b" in "ab"'),
        (13, 'return (max(bits, 7, strict=True)) >= self.number and "a" + "b" in "ab"'),
        (13, 'return min(bits, 8, strict=True) >= self.number and "a" + "b" in "ab"'),
        (13, "return min(bits, 7, strict=True) >= self.number and ('a' + 'b' not in 'ab')"),
    ]


def test_the_core_has_faults_and_each_is_one_line_of_python(tools):
    mutate, mutants = tools
    files = mutate.core()
    assert Path("trigger_ad/trigger/prescaler.py") in files
    assert Path("trigger_ad/ir/fixed.py") in files
    sound = (ROOT / "trigger_ad/trigger/decide.py").read_text("utf-8")
    every = list(mutants.mutants(sound))
    assert len(every) > 30
    for one in every:
        assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(sound))
        assert one.before != one.after


def test_faults_are_drawn_by_the_seed(tools):
    files = tools[0].core(["trigger_ad/trigger"])
    first, again, other = (tools[0].drawn(files, seed, 9) for seed in (1, 1, 2))
    assert len(first) == 9
    assert first == again != other


def test_the_tests_of_the_room_come_first(tools):
    own, others = tools[0].tests_of(Path("trigger_ad/ir/fixed.py"))
    assert own[:2] == ("trigger_ad/ir/fixed.py", "tests/ir/test_fixed.py")
    assert "tests/ir/test_score.py" in own
    assert "tests/audit/test_widths.py" in others
    assert not any(test.startswith("tests/ir/") for test in others)


def test_a_fault_is_found_or_lives_and_is_taken_out(tools, tmp_path, monkeypatch):
    """Of three faults a test sees the first, none sees the second, and the third never ends."""
    mutate, mutants = tools
    source = "from time import sleep\n\n\ndef count(n):\n    while n > 2:\n        n -= 1\n"
    source += "        sleep(n / 1e4)\n    return n + 0\n"
    (tmp_path / "code.py").write_text(source)
    (tmp_path / "test_code.py").write_text(
        "from code import count\n\n\ndef test_count():\n    assert count(5) == 2\n"
    )
    by_line = {one.after.strip(): one for one in mutants.mutants(source)}
    texts = ("return n + 1", "return (n - 0)", "n += 1")
    monkeypatch.setattr(mutate, "tests_of", lambda path: (("test_code.py",),))
    faults = [(Path("code.py"), by_line[text]) for text in texts]
    found = [alive for _, _, alive, _ in mutate.planted(faults[:2], tmp_path)]
    assert found == [False, True]
    monkeypatch.setattr(mutate, "TIMEOUT", 2.0)
    ((_, _, alive, seconds),) = mutate.planted(faults[2:], tmp_path)
    assert not alive
    assert seconds >= 2.0
    assert (tmp_path / "code.py").read_text() == source
    assert str(faults[1][1]) == "8\n    - return n + 0\n    + return (n - 0)"


def test_a_test_that_is_not_there_is_no_fault(tools, tmp_path):
    with pytest.raises(RuntimeError, match=r"not found: .*test_none\.py"):
        tools[0].passes(tmp_path, ["test_none.py"])
