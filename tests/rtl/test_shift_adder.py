"""The adder of the scoring modules against alkaid's, whose parameters it shares: all inputs."""

import itertools
import subprocess
import sys
from pathlib import Path

import alkaid.codegen.rtl.verilog as alkaid_verilog
import pytest

from trigger_ad.storage.shipped import shipped_path

REFERENCE = Path(alkaid_verilog.__file__).parent / "source" / "shift_adder.v"

PROVE = """
import sys
from pyosys import libyosys
design = libyosys.Design()
libyosys.Pass.call(design, ["read_verilog", "-sv", *sys.argv[1:]])
libyosys.Pass.call(design, ["hierarchy", "-top", "both"])
libyosys.Pass.call(design, ["proc"])
libyosys.Pass.call(design, ["flatten"])
libyosys.Pass.call(design, ["opt"])
libyosys.Pass.call(design, ["sat", "-verify", "-prove", "different", "0", "both"])
"""


def both(folder: Path, cases: list[tuple[int, ...]], broken: bool = False) -> list[Path]:
    """A module with both adders for every case, and a wire that says whether any two differ."""
    reference = REFERENCE.read_text().replace("module shift_adder", "module reference_adder")
    lines = ["module both(input [7:0] a, input [7:0] b, output different);"]
    for i, (w0, w1, s0, s1, out, drop, shift, sub) in enumerate(cases):
        for name, module in (("x", "shift_adder"), ("y", "reference_adder")):
            flipped = sub ^ int(broken and name == "x" and i == 0)
            lines.append(
                f"wire [{out - 1}:0] {name}{i}; {module} "
                f"#({w0},{w1},{s0},{s1},{out},{drop},{shift},{flipped}) "
                f"{name}_{i}(a[{w0 - 1}:0], b[{w1 - 1}:0], {name}{i});"
            )
    found = " || ".join(f"x{i} != y{i}" for i in range(len(cases)))
    lines += [f"assign different = {found};", "endmodule"]
    (folder / "both.v").write_text("\n".join(lines))
    (folder / "reference.v").write_text(reference)
    return [
        shipped_path("firmware", "rtl", "shift_adder.sv"),
        folder / "both.v",
        folder / "reference.v",
    ]


def prove(files: list[Path]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", PROVE, *map(str, files)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def cases() -> list[tuple[int, ...]]:
    """Signs, shifts both ways beyond either width, sums and differences, bits dropped."""
    found = []
    for s0, s1, shift, sub in itertools.product((0, 1), (0, 1), (-5, -2, 0, 1, 4), (0, 1)):
        for w0, w1, drop in ((5, 4, 0), (3, 6, 2)):
            low = w0 + max(-shift, 0), w1 + max(shift, 0)
            width = max(low) + 1 + int(s0 != s1) - drop  # as wide as any result is
            found.append((w0, w1, s0, s1, width, drop, shift, sub))
    return found


def test_equal_to_alkaids_adder_for_all_inputs(tmp_path):
    done = prove(both(tmp_path, cases()))
    assert done.returncode == 0, done.stdout[-2000:]
    assert "SUCCESS!" in done.stdout


def test_the_proof_finds_a_wrong_sign(tmp_path):
    done = prove(both(tmp_path, cases()[:4], broken=True))
    assert done.returncode != 0
    assert "model found: FAIL!" in done.stdout


@pytest.mark.parametrize("width", [2, 3])
def test_narrow_results_keep_the_low_bits(tmp_path, width):
    narrow = [(5, 4, 1, 0, width, 0, shift, sub) for shift in (-3, 0, 3) for sub in (0, 1)]
    assert prove(both(tmp_path, narrow)).returncode == 0
