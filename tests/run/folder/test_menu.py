"""A menu that a run could not use is refused before anything is trained."""

from pathlib import Path

import pytest

from trigger_ad import config as configuration
from trigger_ad.config import Prescales, Trigger
from trigger_ad.errors import ConfigError
from trigger_ad.run.folder.menu import check_menu

MODEL = Path(__file__).parents[3] / "models/double_ae"
HEAD = "schema: menu/1\nname: m\nseeds:\n  - {name: A, object: region, region: A}\n"


def test_a_recorded_bit_is_refused_in_a_run(tmp_path):
    def check(text):
        (tmp_path / "m.yaml").write_text(HEAD + text)
        config = configuration.load(MODEL / "config.yaml")
        menu = Trigger.model_validate({"menu": {"file": str(tmp_path / "m.yaml")}}).menu
        trigger = config.trigger.model_copy(update={"menu": menu, "prescale": Prescales()})
        check_menu(config.model_copy(update={"trigger": trigger}))

    check("  - {name: M, object: met, pt: 100}\n")
    with pytest.raises(ConfigError) as caught:
        check("  - {name: X, bit: L1_X}\n")
    assert str(caught.value) == (
        "seed X of menu m must need no trigger bit of event files inside of a run, not L1_X: "
        "leave it out here, and give the whole menu to trigger-ad rates"
    )
