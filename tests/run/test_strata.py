"""Events drawn from several strata make no rate while they are counted alike."""

import h5py
import numpy as np
import pytest

from tests.run import small
from tests.run.conftest import scan
from trigger_ad.errors import EventFileError


@pytest.mark.parametrize("several", [False, True])
def test_several_strata_are_refused(tmp_path, several):
    run, events = tmp_path / "run", tmp_path / "events"
    small.finished_run(run)
    small.event_files(events, "zero_bias")
    with h5py.File(events / "zb_0.h5", "a") as file:
        codes = np.zeros(3000, np.uint8)
        codes[2000:] = several
        file["stratum"] = codes
    given = [str(events / "zb_0.h5")]
    if not several:
        assert scan(run, given, tmp_path / "out.json")["events"] == 3000
        return
    with pytest.raises(EventFileError) as caught:
        scan(run, given, tmp_path / "out.json")
    assert str(caught.value) == (
        f"{events / 'zb_0.h5'} must be of one stratum to be counted into a rate, "
        "not stratum 1 in events 0 to 3000: give a plain sample"
    )
    assert not (tmp_path / "out.json").exists()
