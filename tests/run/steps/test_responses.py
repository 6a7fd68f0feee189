"""Signals inside pile-up are of the response of the detector that the background is of."""

import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.run.steps.score import require_one_response

NEW, OLD = {"response": "2"}, {}


@pytest.mark.parametrize(
    ("background", "signal"),
    [
        (Origin("zero_bias", versions=NEW), Origin("cross_section", versions=NEW)),
        (Origin("zero_bias", versions=OLD), Origin("cross_section", versions=OLD)),
        (Origin("zero_bias", versions=NEW), Origin("filtered", versions=OLD)),
        (Origin("filtered", versions=OLD), Origin("cross_section", versions=NEW)),
    ],
)
def test_alike_or_of_another_kind(background, signal):
    require_one_response({"sm": background, "h": signal})


@pytest.mark.parametrize(
    ("background", "signal", "end"),
    [(NEW, OLD, "2, not an unknown one"), (OLD, NEW, "an unknown one, not 2")],
)
def test_of_another_response(background, signal, end):
    origins = {
        "sm": Origin("zero_bias", versions=background),
        "h": Origin("cross_section", versions=signal),
    }
    with pytest.raises(ConfigError) as caught:
        require_one_response(origins)
    assert str(caught.value) == (
        "signal h must be simulated with the response of the detector of the background, "
        f"{end}: make it anew"
    )
