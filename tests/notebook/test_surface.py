"""What stands after ``trigger_ad.``: the names, where they come from, what they refuse."""

import ast
from pathlib import Path

import numpy as np
import pytest
from pdoc.extract import walk_specs

import trigger_ad
from trigger_ad import config
from trigger_ad.errors import ConfigError, RunFolderError, TriggerAdError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.run.rates import scan
from trigger_ad.storage.shipped import ShippedFileError, shipped_path
from trigger_ad.trigger.state import State

PACKAGE = Path(trigger_ad.__file__).parent
NAMES = [name for name in dir(trigger_ad) if not name.startswith("_")]


def test_every_name_is_found_and_completed():
    for name in NAMES:
        assert getattr(trigger_ad, name).__name__ == name
        assert getattr(trigger_ad, name).__doc__
    assert dir(trigger_ad) == ["Figures", "Run", "__version__", *NAMES[2:]]
    assert {"load_config", "load_run", "load_model", "run_config"} <= {*NAMES}
    with pytest.raises(AttributeError, match=r"^module 'trigger_ad' has no attribute 'nothing'$"):
        _ = trigger_ad.nothing


def test_the_rooms_are_in_the_reference_too():
    assert "trigger_ad.storage.files" in walk_specs(["trigger_ad"])


def test_no_name_is_that_of_a_room():
    """It would be the one or the other, by what was imported before."""
    rooms = {path.stem for path in PACKAGE.iterdir()}
    assert not rooms & {*NAMES}


def test_type_checkers_see_the_same_names():
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    found = {
        alias.asname: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert found == {name: getattr(trigger_ad, name).__module__ for name in NAMES}


def test_the_page_has_a_row_for_each_name():
    page = (PACKAGE.parent / "docs/notebook.md").read_text()
    table = page.partition("| name | for |")[2].partition("\n\n")[0]
    assert [name for name in NAMES if f"`{name}`" not in table] == []


def test_models_and_configurations_load_from_text_and_path():
    assert trigger_ad.models() == (
        "double_ae",
        "double_ae_zb",
        "forest_combination",
        "rare_different",
        "vae_svdd",
    )
    folder = shipped_path("models", "vae_svdd")
    for given in (folder, str(folder)):
        assert trigger_ad.load_run(given).config.name == "vae_svdd"
    for given in (folder / "config.yaml", str(folder / "config.yaml")):
        assert trigger_ad.load_config(given) == trigger_ad.load_model("vae_svdd").config
    assert "zero_bias_30k" in trigger_ad.samples()


def test_what_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(ShippedFileError) as caught:
        trigger_ad.load_model("triple_ae")
    assert str(caught.value) == (
        "'triple_ae' in models must be the name of a shipped file: choose from "
        + ", ".join(trigger_ad.models())
    )
    with pytest.raises(ConfigError) as caught:
        trigger_ad.load_run(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/config.yaml must be a readable YAML file, not missing: check the path"
    )
    model = trigger_ad.load_model("double_ae")
    for name, file in (
        ("closure", "closure.json"),
        ("validation", "validation.json"),
        ("menu", "menu.json"),
        ("figures", "scores.npz"),
    ):
        with pytest.raises(RunFolderError) as caught:
            getattr(model, name)
        assert str(caught.value) == (
            f"{shipped_path('models', 'double_ae')} must have {file}: "
            "make a whole run of its configuration with trigger_ad.run_config"
        )


def test_rates_are_those_of_the_command_line(tmp_path):
    model = trigger_ad.load_model("double_ae_zb")
    rate = config.Normalisation(colliding_bunches=2760)
    there = scan(model.folder.root, ["packaged:zero_bias_30k"], tmp_path / "a.json", rate=rate)
    out = tmp_path / "b.json"
    here = model.rates("packaged:zero_bias_30k", colliding_bunches=2760, out=str(out))
    assert here == there
    assert trigger_ad.load_scan(str(out)) == trigger_ad.load_scan(out) == here
    assert repr(here).startswith("rates of 30,000 events: zero bias, 2760 colliding pairs")
    assert f"  A {here.regions['A'].fires:>11}" in repr(here)
    assert isinstance(here, ScanRecord)
    figure = trigger_ad.Figures(here)["diagonal"]
    assert figure.axes


def test_run_config_runs_up_to_a_stage_and_opens_the_folder(small_config, tmp_path, capsys):
    folder = tmp_path / "run"
    run = trigger_ad.run_config(str(small_config), str(folder), only="words")
    assert run.folder.words.is_file()
    assert repr(run).splitlines() == ["run small", f"  folder  {folder}", "  has     no record yet"]
    again = trigger_ad.run_config(trigger_ad.load_config(small_config), folder, only="words")
    assert again == run
    assert "words" in capsys.readouterr().err
    with pytest.raises(RunFolderError, match=r"rates\.json"):
        run.score(np.zeros((1, 57), np.int32))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"workers": 0}, "workers must be at least 1, not 0: give a larger number"),
        (
            {"colliding_bunches": 5000},
            (
                "key 'colliding_bunches' at Run.rates:1 must be less than or equal to 3564, "
                "not 5000: give such a value"
            ),
        ),
        (
            {"colliding_bunches": 10, "input_rate_hz": 3.0},
            (
                "the rate in Hz of a sample of origin zero_bias must come from "
                "trigger.rate.colliding_bunches alone, not input_rate_hz besides: give the one "
                "that fits the sample"
            ),
        ),
    ],
)
def test_rates_that_cannot_be(options, sentence):
    with pytest.raises(TriggerAdError) as caught:
        trigger_ad.load_model("double_ae").rates("packaged:zero_bias_30k", **options)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("state", [3, State((1, 1))])
def test_a_state_of_something_else(state):
    with pytest.raises(ConfigError, match=r"^the state before the first event must be a State of "):
        trigger_ad.load_model("double_ae").decide("packaged:zero_bias_30k", state=state)


def test_figures_of_something_else():
    run = trigger_ad.load_model("double_ae")
    with pytest.raises(ConfigError, match=r"^Figures must be given the record of a scan, not run "):
        trigger_ad.Figures(run)
