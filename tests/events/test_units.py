"""MeV are found by the median; nothing that is in GeV is taken for them."""

import numpy as np
import pytest

from trigger_ad.errors import EventFileError
from trigger_ad.events.packaged import SAMPLES, packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.units import LARGEST_MEDIAN, in_gev, refuse_mev


def momenta(*values):
    full = np.zeros((len(values), 19), np.float32)
    full[:, 9] = values
    return full


@pytest.mark.parametrize("sample", SAMPLES)
def test_packaged_samples(sample):
    """In GeV they pass, in MeV each is refused, with a factor of 5 to spare on both sides."""
    values = adc2021.read(packaged(sample), 4096).values[..., 0]
    refuse_mev(values * 5, sample, None)
    with pytest.raises(EventFileError, match="in the first 4096 events"):
        refuse_mev(values * 1000 / 5, sample, None)


@pytest.mark.parametrize(
    "values",
    [
        momenta(0.5),  # one soft event
        momenta(1500.0, 1200.0, 900.0),  # pairs of heavy particles
        momenta(LARGEST_MEDIAN),
        momenta(6800.0, 20.0, 30.0),  # a jet with half of the energy there is
        momenta(0.0, 0.0),  # crossings in which nothing was seen
        momenta(np.nan, np.inf, -5e6),  # refused elsewhere, not for their units
    ],
)
def test_momenta_in_gev(values):
    refuse_mev(values, "x", None)


def test_momenta_in_mev():
    values = momenta(3000.0, 40_000.0, 2500.0)
    with pytest.raises(EventFileError) as caught:
        refuse_mev(values, "a.h5:Particles", None)
    assert str(caught.value) == (
        "a.h5:Particles must have momenta in GeV, of a median up to 2047.5, "
        "not 3000 in the first 3 events: "
        "give the key units: MeV (--units MeV), or units: GeV if this is right"
    )
    refuse_mev(values, "x", "GeV")
    refuse_mev(values, "x", "MeV")
    assert in_gev(values, "MeV")[:, 9].tolist() == [3, 40, 2.5]
    assert in_gev(values, "GeV") is values
    assert in_gev(values, None) is values


def test_units_of_a_file(tmp_path):
    """MeV that are said to be MeV are the same events."""
    particles = adc2021.read(packaged("zero_bias_a_to_4l"), 300)
    origin = adc2021.read_origin(packaged("zero_bias_a_to_4l"))
    in_mev = particles[:]
    in_mev.values[..., 0] *= 1000
    adc2021.write(tmp_path / "m.h5", in_mev, origin)
    with pytest.raises(EventFileError, match="must have momenta in GeV"):
        adc2021.read_chunks(tmp_path / "m.h5")
    found = adc2021.read(tmp_path / "m.h5", units="MeV")
    expected = adc2021.read(packaged("zero_bias_a_to_4l"), 300).values
    np.testing.assert_array_equal(found.values, expected)
    assert adc2021.read(tmp_path / "m.h5", units="GeV").values.max() > 1e5
    found = adc2021.read_range(tmp_path / "m.h5", 7, 9, "MeV")
    np.testing.assert_array_equal(found.values, expected[7:9])
