import json
from pathlib import Path

import pytest

from tests.blocks import block
from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.errors import ConversionError, MissingToolError, SchemaError
from trigger_ad.hls import compile as compiler
from trigger_ad.hls.compile import build_csim, find_csim, source_hash
from trigger_ad.hls.harness import write_harness
from trigger_ad.hls.interface import Interface
from trigger_ad.scorers.autoencoder import reconstruction


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project with its harness, not compiled."""
    folder = tmp_path_factory.mktemp("compile") / "hls"
    network = convert(
        networks.quantised(networks.ZOO[:1], 4), config.Convert(namespace="net"), folder
    )
    low, high = networks.full_range(network)
    scores = bind({"score": reconstruction("plain", "absolute")}, ["plain"], network, low, high)
    write_harness(folder, block(network, scores))
    return folder


def test_one_life_of_a_simulation(project, monkeypatch):
    """Compiled once, found again, not loaded once anything differs, compiled anew."""
    assert find_csim(project) is None
    refusal = (
        f"the C simulation of {project} must be compiled of the sources beside it, "
        "not absent or of others: compile it again"
    )
    with pytest.raises(ConversionError) as caught:
        CSimulation(project)
    assert str(caught.value) == refusal

    library = build_csim(project)
    stamp = library.stat().st_mtime_ns
    assert find_csim(project) == library
    assert build_csim(project).stat().st_mtime_ns == stamp
    assert (project / "csim" / "compile.log").read_bytes() == b""
    assert not list((project / "csim").glob("*.part"))

    content = library.read_bytes()
    library.write_bytes(content + b"x")
    assert find_csim(project) is None
    library.write_bytes(content)
    assert find_csim(project) == library

    weights = next((project / "firmware" / "weights").glob("*.txt"))
    original = weights.read_text()
    weights.write_text(original + " ")
    assert find_csim(project) is None
    with pytest.raises(ConversionError) as caught:
        CSimulation(project)
    assert str(caught.value) == refusal
    weights.write_text(original)
    assert find_csim(project) == library

    source = project / "csim" / "csim.cpp"
    good = source.read_text()
    source.write_text("#error broken\n" + good)
    with pytest.raises(ConversionError) as caught:
        build_csim(project)
    log = project / "csim" / "compile.log"
    assert str(caught.value) == (
        f"the compilation of the C simulation must exit with 0, not 1: read {log}"
    )
    assert b"broken" in log.read_bytes()
    assert library.read_bytes() == content

    with pytest.raises(ConversionError) as caught:
        build_csim(project, timeout=0.001)
    assert str(caught.value) == (
        "the compilation of the C simulation must end within 0.001 s, not still running: "
        f"read {log}"
    )
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError) as caught:
        build_csim(project)
    assert str(caught.value) == (
        "g++ must be on PATH to compile the C simulation: apt-get install g++"
    )
    source.write_text(good)
    assert build_csim(project) == library


def test_hash_knows_names_contents_and_flags(project, monkeypatch):
    first = source_hash(project)
    assert source_hash(project) == first
    extra = project / "firmware" / "extra.h"
    extra.write_text("")
    assert source_hash(project) != first
    extra.unlink()
    assert source_hash(project) == first
    monkeypatch.setattr(compiler, "FLAGS", ("-O0",))
    assert source_hash(project) != first


def test_interface_round_trip(project):
    record = Interface.load(project)
    assert (record.name, record.input_size, record.scores) == ("net", 7, ("score",))
    assert dict(record.outputs) == {"plain": 7}
    assert record.minimum == (-256,) * 7
    assert record.maximum == (255,) * 7
    assert json.loads(json.dumps(record.to_json())) == record.to_json()


def test_unknown_interfaces_are_refused(project, tmp_path):
    path = tmp_path / "csim" / "interface.json"
    with pytest.raises(SchemaError) as caught:
        Interface.load(tmp_path)
    assert str(caught.value) == (
        f"{path} must have schema csim/1, not a missing file: convert the model again"
    )
    path.parent.mkdir()
    path.write_text('{"schema": "csim/2"}')
    with pytest.raises(SchemaError) as caught:
        Interface.load(tmp_path)
    assert str(caught.value) == (
        f"{path} must have schema csim/1, not csim/2: convert the model again"
    )
