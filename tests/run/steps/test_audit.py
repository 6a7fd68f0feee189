"""The stages that write firmware fail on what the audit finds, before anything is compiled."""

from pathlib import Path

import pytest

from tests.audit.planting import edit
from tests.hls import networks
from trigger_ad import config as configuration
from trigger_ad.errors import ConversionError
from trigger_ad.layers.architecture import chain
from trigger_ad.run.folder.context import Context
from trigger_ad.run.steps import convert, rtl


@pytest.fixture
def context(tmp_path):
    """What the stages of a small double autoencoder get."""
    shape, relu = (57, 2, 57), (True, False)
    branches = (chain(name, shape, relu, True) for name in ("ae1", "ae2"))
    sketches = tuple(networks.Sketch(branch, networks.bits(), scale=4.0) for branch in branches)
    model = tmp_path / "run/model/double"
    model.mkdir(parents=True)
    networks.quantised(sketches, 5).save(model / "quantized.npz")
    return Context(
        configuration.parse("schema: config/1\nname: small\n"),
        tmp_path / "run",
        tmp_path / "partial",
        tmp_path / "checkpoint",
        False,
        lambda part, note: None,
    )


def planted(function, path, old, new):
    """Let a fault slip in behind what a function writes into its first argument."""

    def write(folder: Path, *arguments):
        result = function(folder, *arguments)
        edit(folder / path, old, new)
        return result

    return write


def test_conversion_fails_on_each_fault_of_the_hls_project(context, monkeypatch):
    compiled = []
    monkeypatch.setattr(convert, "build_csim", lambda *_, **__: compiled.append(1))
    convert.run(context, "double")
    assert len(compiled) == 2
    original = convert.write_top
    for path, old, new, sentence in (
        (
            "firmware/defines.h",
            "typedef ap_fixed<17,9> ae1_0_accum_t;",
            "typedef ap_fixed<16,6> ae1_0_accum_t;",
            "accumulator of ae1_0 as written must hold ",
        ),
        (
            "firmware/score.h",
            "ap_uint<12> step3",
            "ap_uint<8> step3",
            "step3 (absolute) of score score1 must hold 0 to 2303 x 2**-4 (ap_ufixed<12,8>, 12 b",
        ),
        (
            "trigger/trigger_core.h",
            "typedef ap_uint<32> count_t;",
            "typedef ap_uint<31> count_t;",
            "count_t in trigger/trigger_core.h must hold 0 to 4294967295 (32 bits), not ",
        ),
    ):
        monkeypatch.setattr(convert, "write_top", planted(original, path, old, new))
        with pytest.raises(ConversionError) as caught:
            convert.run(context, "double")
        assert str(caught.value).startswith(sentence)
    assert len(compiled) == 2


def test_rtl_fails_on_a_fault(context, monkeypatch):
    compiled = []
    monkeypatch.setattr(convert, "build_csim", lambda *_, **__: None)
    monkeypatch.setattr(rtl, "build_simulation", lambda *_: compiled.append(1))
    convert.run(context, "double")
    for name in ("network.npz", "scores.json"):
        written = context.partial / "model/double" / name
        written.rename(context.folder / "model/double" / name)
    rtl.run(context)
    assert compiled == [1]
    path, old, new = "counter.sv", "parameter BITS = 32", "parameter BITS = 8"
    monkeypatch.setattr(rtl, "write_project", planted(rtl.write_project, path, old, new))
    with pytest.raises(
        ConversionError, match=r"^the count of events in rtl/counter\.sv must hold 0 "
    ):
        rtl.run(context)
    assert compiled == [1]
