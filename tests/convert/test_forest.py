import numpy as np
import pytest

from trigger_ad.convert.forest import convert_forest, forest_types
from trigger_ad.errors import ConversionError, OutputError
from trigger_ad.references.forest.fit import fit
from trigger_ad.references.forest.settings import Settings

TRAIN = np.random.default_rng(3).integers(-40, 41, (2000, 6), dtype=np.int32)
LOW, HIGH = np.full(6, -40), np.full(6, 40)


@pytest.fixture(scope="module")
def forest():
    return fit(Settings(trees=3, samples=32, depth=3), TRAIN, seed=1)


def test_types_are_the_narrowest(forest):
    kinds = forest_types(forest, LOW, HIGH)
    assert (str(kinds.input), str(kinds.threshold)) == ("ap_fixed<7,7>", "ap_fixed<7,7>")
    largest = sum(
        forest.values[a:b].max() for a, b in zip(forest.offsets, forest.offsets[1:], strict=False)
    )
    assert kinds.score.minimum == 0
    assert kinds.score.maximum >= largest > kinds.score.maximum // 2


def test_a_project_names_no_machine_and_no_time(forest, tmp_path):
    for name in ("one", "two"):
        convert_forest(forest, LOW, HIGH, tmp_path / name / "project")
    one, two = (
        {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two
    assert not any(str(tmp_path).encode() in text for text in one.values())
    written = {name for name in one if "ap_types" not in name}
    assert written == {
        f"project/{name}"
        for name in (
            "build_hls.tcl",
            "hls_parameters.tcl",
            "vivado_synth.tcl",
            "forest_test.cpp",
            "firmware/BDT.h",
            "firmware/BDT.cpp",
            "firmware/parameters.h",
            "firmware/forest.h",
            "firmware/forest.cpp",
        )
    }


def test_a_project_is_replaced_as_a_whole(forest, tmp_path):
    out = tmp_path / "project"
    out.mkdir()
    (out / "old.txt").write_text("of somebody")
    with pytest.raises(OutputError) as caught:
        convert_forest(forest, LOW, HIGH, out, name="one", part="xc7vx690tffg1927-2", clock_ns=5)
    assert str(caught.value) == (
        f"the project {out} must be absent, empty or one that was written before, with "
        "hls_parameters.tcl, not a folder with other files: choose another name"
    )
    (out / "hls_parameters.tcl").write_text("of before")
    convert_forest(forest, LOW, HIGH, out, name="other", part="xc7vx690tffg1927-2", clock_ns=2.5)
    assert not (out / "old.txt").exists()
    assert sorted(tmp_path.iterdir()) == [out]
    parameters = (out / "hls_parameters.tcl").read_text()
    assert "set top other\n" in parameters
    assert "set part xc7vx690tffg1927-2\n" in parameters
    assert "set clock_period 2.5\n" in parameters


def test_bounds_of_other_columns(forest):
    with pytest.raises(ConversionError) as caught:
        forest_types(forest, LOW[:5], HIGH)
    assert str(caught.value) == (
        "the bounds of a forest's input must be of 6 columns, not of 5 and 6: "
        "give the range of every column"
    )


def test_a_type_too_wide(forest):
    with pytest.raises(ConversionError) as caught:
        forest_types(forest, LOW, HIGH + (1 << 31))
    assert str(caught.value) == (
        "the input of a forest must have at most 31 bits, not 33: "
        "use narrower words, fewer trees or a coarser fraction"
    )


def test_a_name_that_cpp_cannot_carry(forest, tmp_path):
    with pytest.raises(ConversionError, match="the name of a forest must not be a word of C"):
        convert_forest(forest, LOW, HIGH, tmp_path / "project", name="class")
    assert not list(tmp_path.iterdir())
