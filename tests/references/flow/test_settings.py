import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.references.flow.settings import TRIGGER_SIZED, Settings


def test_defaults_are_those_of_the_paper():
    settings = Settings()
    assert (settings.layers, settings.hidden, settings.knots) == (11, (200,) * 7, 35)
    assert (settings.epochs, settings.batch, settings.learning_rate) == (100, 512, 1e-3)


@pytest.mark.parametrize("settings", [Settings(), TRIGGER_SIZED])
def test_settings_are_read_back(settings):
    record = settings.to_json()
    assert Settings.from_json({**record, "hidden": list(record["hidden"])}) == settings


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"layers": 0}, "flow.layers must be above 0, not 0: give a larger number"),
        ({"box": float("nan")}, "flow.box must be above 0, not nan: give a larger number"),
        ({"lsb": 0.0}, "flow.lsb must be above 0, not 0.0: give a larger number"),
        ({"hidden": (4, 0)}, "flow.hidden must be above 0, not 0: give a larger number"),
        ({"hidden": ()}, "flow.hidden must not be empty: give the width of each hidden layer"),
        ({"knots": 2}, "flow.knots must be above 2, not 2: give a larger number"),
        ({"knots": 501}, "flow.knots must be at most 500, not 501: give a smaller number"),
    ],
)
def test_settings_out_of_range_are_refused(change, sentence):
    with pytest.raises(ConfigError) as error:
        Settings(**change)
    assert str(error.value) == sentence
