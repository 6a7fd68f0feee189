"""Chunks of the processes that differ in how they are generated."""

import numpy as np
import pytest

pytest.importorskip("pythia8mc", reason="needs pythia8mc: pip install trigger-ad[generate]")
pytest.importorskip("fastjet", reason="needs fastjet: pip install trigger-ad[generate]")

from trigger_ad.generate.adc2021.chunks import Chunk, load, produce
from trigger_ad.generate.adc2021.library import write
from trigger_ad.generate.adc2021.objects import passes_filter
from trigger_ad.storage.silence import quiet


@pytest.mark.parametrize(
    "process",
    ["w_lnu", "qcd", "ttbar", "leptoquark", "a_to_4l", "h0_to_tautau", "hplus_top_to_taunu"],
)
def test_chunk(process, tmp_path, capfd):
    chunk = Chunk(process, 3, 12, 1, tmp_path)
    library = tmp_path / "decays.npz"
    with quiet():
        if process == "qcd":
            write(library, 3, common=500, rare=20)
        produce(chunk, library)
    assert capfd.readouterr().out == ""
    result = load(chunk)
    assert result.values.shape == (12, 19, 4)
    assert passes_filter(result.values).all()
    assert len(np.unique(result.values, axis=0)) == 12
    assert (np.diff(result.parton_event) >= 0).all()
    assert result.tried > len(np.unique(result.parton_event))
    assert 0 < result.error < result.cross_section


def test_checkpoint_of_another_length_is_made_again(tmp_path):
    chunk = Chunk("w_lnu", 0, 12, 1, tmp_path)
    np.savez(chunk.path, values=np.zeros((11, 19, 4)))
    assert load(chunk) is None
