"""A scorer in a distribution of its own: the file of docs/scorers.md through a run."""

import re
from pathlib import Path

import numpy as np
import pytest

import trigger_ad
from trigger_ad import config as configuration
from trigger_ad.config.document import json_schema, markdown
from trigger_ad.errors import ConfigError
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.pipelines import engine, stages
from trigger_ad.scorers import table
from trigger_ad.storage import arrays

PAGE = Path(trigger_ad.__file__).parents[1] / "docs/scorers.md"


def install(folder, module, entry, name="mixed-ae", version="1.0", group=table.GROUP):
    """A distribution as an installer leaves it."""
    (folder / f"{name.replace('-', '_')}.py").write_text(module)
    about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text(f"[{group}]\n{entry}\n")
    return about


def of_page(language):
    return re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.M | re.S)[1]


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def mixed(site):
    entry = of_page("toml").splitlines()[1].replace('"', "")
    return install(site, of_page("python"), entry)


def test_the_scorer_of_the_page_through_a_run(mixed, small_config, tmp_path):
    own = "{name: mixed_ae, second: absolute, hidden:"
    config = configuration.parse(small_config.read_text().replace("{hidden:", own))
    assert (config.scorer.name, config.scorer.second) == ("mixed_ae", "absolute")
    assert config.baselines.single.hidden == config.scorer.hidden  # as config/1 had it
    engine(config, tmp_path / "run").run(lambda stage, part, note: None, only="trigger")
    trigger = load_trigger(tmp_path / "run")
    _, golden = arrays.load(tmp_path / "run/golden.npz", "golden/1")
    scores = trigger.scores_of_words(golden["words"])
    assert np.array_equal(scores["score2"], golden["score2"])
    assert [branch.name for branch in table.find("mixed_ae").branches(config.scorer, 57)] == [
        "linear",
        "steep",
    ]


def test_keys_of_its_own_are_its_own(mixed):
    """One file and one line, as those of this package."""
    head = "schema: config/2\nname: demo\nscorer:\n"
    (page,) = re.findall(r"^```yaml\n(.*mixed_ae.*?)^```", PAGE.read_text(), re.M | re.S)
    config = configuration.parse(page.rpartition("```yaml\n")[2])
    assert (config.scorer.second, config.scorer.hidden) == ("absolute", (16, 8))
    assert configuration.parse(configuration.dump(config)) == config
    for line, sentence in (
        (
            "latent: 4",
            (
                "latent' at f.yaml:5 must be a key of mixed_ae, not 'latent': "
                "choose from name, hidden, bias, shape, layers, second"
            ),
        ),
        (
            "second: cubed",
            "second' at f.yaml:5 must be 'absolute' or 'squared', not \"cubed\": give such a value",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            configuration.parse(f"{head}  name: mixed_ae\n  {line}\n", "f.yaml")
        assert str(caught.value) == f"key 'scorer.{sentence}"
    with pytest.raises(ConfigError, match="must be a key of double_ae, not 'second': choose from "):
        configuration.parse(f"{head}  second: absolute\n", "f.yaml")
    page = markdown()
    assert "## scorer, `name: mixed_ae`\n\nTwo autoencoders that measure in two ways." in page
    assert page.count('| `second` | `absolute` or `squared` | `"squared"` | how the second') == 1
    assert "MixedAe" in json_schema()["$defs"]


def test_its_version_counts_where_it_is_a_member(mixed):
    members = "{name: mixed_ae}, {name: pair, members: [{name: vae}, {name: mixed_ae}]}"
    text = f"schema: config/2\nname: demo\nscorer: {{name: pair, members: [{members}]}}"
    assert table.distributions(configuration.parse(text).scorer) == ("mixed-ae",)
    assert table.distributions(configuration.parse("schema: config/2\nname: demo").scorer) == ()


def test_the_version_of_the_distribution_counts(mixed, small_config, tmp_path):
    text = small_config.read_text().replace("{hidden:", "{name: mixed_ae, hidden:")
    config = configuration.parse(text)
    train = next(stage for stage in stages(config) if stage.name == "train_double")
    assert "mixed-ae" in train.packages
    keys = []
    for version in ("1.0", "1.1"):
        (mixed / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: mixed-ae\nVersion: {version}\n"
        )
        run = engine(config, tmp_path / "run")
        run.manifest["stages"]["words"] = {"outputs": {}}
        keys.append(run.key(train))
    assert keys[0] != keys[1]


def test_scorers_of_others_are_listed(mixed):
    names = (
        "double_ae, pair, combination, single_ae, vae, svdd, student, density, tails, factorised, "
        "mixed_ae"
    )
    rule = f"must be a known scorer, not 'none': choose from {names}"
    with pytest.raises(ConfigError) as caught:
        table.find("none")
    assert str(caught.value) == f"key 'scorer.name' {rule}"
    with pytest.raises(ConfigError) as caught:
        configuration.parse("schema: config/2\nname: demo\nscorer: {name: none}", "f.yaml")
    assert str(caught.value) == f"key 'scorer.name' at f.yaml:3 {rule}"


def test_an_entry_point_that_cannot_be_used(site):
    install(site, "number = 3\n", "a = broken:number\nb = broken:missing", "broken")
    with pytest.raises(ConfigError) as caught:
        configuration.parse("schema: config/2\nname: demo\nscorer: {name: a}")
    assert str(caught.value) == (
        "the entry point broken:number of scorer a must give a trigger_ad.scorers.scorer.Scorer, "
        "not int: see docs/scorers.md"
    )
    with pytest.raises(ConfigError, match="broken:missing of scorer b must be importable, not"):
        table.find("b")


@pytest.mark.parametrize(
    ("group", "version"), [("trigger_ad.scorers", "0.1"), ("trigger_ad.scorers.v2", "0.2")]
)
def test_a_scorer_for_an_older_version_is_named(site, group, version):
    install(site, "x = 1\n", "early = early:x", "early", group=group)
    for find in (
        table.find,
        lambda name: configuration.parse(f"schema: config/2\nname: a\nscorer: {{name: {name}}}"),
    ):
        with pytest.raises(ConfigError) as caught:
            find("early")
        assert str(caught.value) == (
            "scorer early of the distribution early must be an entry point of "
            f"trigger_ad.scorers.v3, not of {group}, which was that of trigger-ad {version}: "
            "install a newer version of it, or move it as CHANGELOG.md says"
        )


def test_two_distributions_with_one_name(site):
    for name in ("first", "second"):
        install(site, "x = 1\n", f"same = {name}:x", name)
    with pytest.raises(ConfigError, match="scorer same must come from one distribution, not first"):
        table.find("same")


def test_a_name_of_the_package_cannot_be_replaced(site):
    install(site, "x = 1\n", "double_ae = taken:x", "taken")
    assert table.find("double_ae") is table.SCORERS["double_ae"]
    assert table.distribution("double_ae") is None
