"""Configurations of an earlier schema: read where that changes nothing, and migrated."""

# ruff: noqa: E501, the sentences stay in one piece

from pathlib import Path

import pytest

from trigger_ad.config import dump, load, parse
from trigger_ad.config.earlier import config_of
from trigger_ad.config.reading import migrated
from trigger_ad.errors import ConfigError
from trigger_ad.scorers.svdd import Svdd

CHECKOUT = Path(__file__).parents[2]
EARLIER = [
    *sorted((CHECKOUT / "models").glob("*/config.yaml")),
    *sorted((CHECKOUT / "tests/frozen").glob("*/config.yaml")),
]
HEAD = "schema: config/1\nname: demo\n"
PAIR = "scorer:\n  name: pair\n  members:\n    - {name: vae}\n    - {name: svdd, %s}\n"


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.parent.name)
def test_what_is_shipped_and_frozen_is_read_and_migrated_alike(path):
    config = load(path)
    text, changes = migrated(path.read_text())
    assert parse(text) == parse(dump(config)) == config
    assert config.baselines.single.hidden in ((6, 3, 6), (4, 2, 4), (8, 4, 8))
    assert str(changes[0]).startswith("schema of line ")
    assert not [change for change in changes if change.lost]
    assert migrated(text) == (text, [])
    comments = [line.split("#")[1] for line in path.read_text().splitlines() if "#" in line]
    assert all(comment in text for comment in comments)


def test_the_single_autoencoder_keeps_what_it_borrowed():
    config = parse(HEAD + "scorer: {hidden: [5], bias: false, difference: squared}\n")
    single, published = config.baselines.single, config.baselines.published
    assert (single.hidden, single.bias, single.difference) == ((5,), False, "squared")
    assert published.difference == config.scorer.difference == "squared"
    assert config.scorer.hidden == (5,)
    paired = parse(HEAD + PAIR % "latent: 2" + "  hidden: [5]\n")
    assert paired.baselines.single.hidden == (5,)
    assert paired.scorer.members[1] == Svdd(latent=2)


def test_it_has_keys_of_its_own_now():
    text = "schema: config/2\nname: demo\nscorer: {hidden: [5]}\nbaselines: {single: {hidden: [6]}}"
    config = parse(text)
    assert (config.scorer.hidden, config.baselines.single.hidden) == ((5,), (6,))
    assert parse("schema: config/2\nname: demo\nscorer: {hidden: [5]}\n").baselines == (
        parse("schema: config/2\nname: demo\n").baselines
    )


#: Keys that nothing uses, in either schema.
UNUSED = [
    (
        PAIR % "beta: 0.3, latent_score: kl",
        (
            "key 'scorer.members.1.beta' at f.yaml:7 must be a key of svdd, not 'beta': "
            "choose from name, hidden, bias, shape, layers, latent, target"
        ),
    ),
    (
        "scorer: {name: double_ae, combine: or}\n",
        (
            "key 'scorer.combine' at f.yaml:3 must be a key of double_ae, not 'combine': "
            "choose from name, hidden, bias, shape, layers, difference, least"
        ),
    ),
    (
        "scorer:\n  name: pair\n  combine: or\n  members: [{name: vae}, {name: svdd}]\n",
        (
            "key 'scorer.combine' at f.yaml:5 must be a key of pair, not 'combine': "
            "choose from name, members"
        ),
    ),
    (
        (
            "scorer:\n  name: pair\n  members:\n    - {name: vae}\n    - name: combination\n"
            "      members: [{target: 4}, {name: svdd}]\n"
        ),
        (
            "key 'scorer.members.1.members.0.target' at f.yaml:8 must be a key of single_ae, not "
            "'target': choose from name, hidden, bias, shape, layers, difference"
        ),
    ),
    (
        (
            "scorer:\n  name: pair\n  members:\n    - {name: vae}\n    - name: student\n"
            "      teacher: {name: flow, combine: or}\n"
        ),
        (
            "key 'scorer.members.1.teacher.combine' at f.yaml:8 must be a key of flow, not 'combine': "
            "choose from name, size, epochs"
        ),
    ),
    (
        (
            "scorer:\n  name: pair\n  members:\n    - {name: vae}\n    - name: student\n"
            "      teacher: {name: isolation_forest, epochs: 3}\n"
        ),
        (
            "key 'scorer.members.1.teacher.epochs' at f.yaml:8 must be a key of isolation_forest, not "
            "'epochs': choose from name, size"
        ),
    ),
]


@pytest.mark.parametrize(("text", "sentence"), UNUSED)
def test_a_key_that_nothing_uses(text, sentence):
    with pytest.raises(ConfigError) as caught:
        parse("schema: config/2\nname: demo\n" + text, "f.yaml")
    assert str(caught.value) == sentence
    with pytest.raises(ConfigError) as caught:
        parse(HEAD + text, "f.yaml")
    assert str(caught.value) == sentence + "; trigger-ad migrate f.yaml drops it"
    written, changes = migrated(HEAD + text)
    assert parse(written) == parse(written.replace("config/2", "config/1"))
    assert [change.lost for change in changes].count(True) in (1, 2)


def test_a_line_for_each_change():
    text = "scorer:\n  name: pair\n  hidden: [5]  # small\n  latent: 4\n"
    text += "  members: [{name: vae, latent: 2}, {name: svdd, beta: 0.3, latent: 2}]\nbaselines: {published: {epochs: 0}}"
    written, changes = migrated(HEAD + text)
    assert [str(change) for change in changes] == [
        "schema of line 1 is now config/2",
        "scorer.hidden of line 5 is now baselines.single.hidden",
        "scorer.latent of line 6 is dropped: pair does not use it",
        "scorer.members.1.beta of line 7 is dropped: svdd does not use it",
    ]
    assert written == (
        "schema: config/2\nname: demo\nscorer:\n  name: pair\n"
        "  members: [{name: vae, latent: 2}, {name: svdd, latent: 2}]\nbaselines:\n  published: {epochs: 0}\n"
        "  single:\n    hidden: [5] # small\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            PAIR % "latent: 2" + "  hidden: [0]\n",
            (
                "key 'baselines.single.hidden.0' at f.yaml:8 must be greater than or equal to 1, not "
                "0: give such a value"
            ),
        ),
        (
            "trian: {}\nscorer: {hidden: [4]}\n",
            (
                "key 'trian' at f.yaml:3 must be a known key, not 'trian': choose from schema, name, "
                "seed, events, split, features, scorer, train, quantize, convert, rtl, emulator, "
                "budget, trigger, validate, baselines"
            ),
        ),
        (
            "scorer: {hidden: [4]}\nbaselines: 3\n",
            "key 'baselines' at f.yaml:4 must hold keys and values, not 3: indent them below it",
        ),
        (
            "scorer:\n",
            "key 'scorer' at f.yaml:3 must hold keys and values, not null: indent them below it",
        ),
        (
            "scorer: {name: none, beta: 3}\n",
            (
                "key 'scorer.name' at f.yaml:3 must be a known scorer, not 'none': choose from "
                "double_ae, pair, combination, single_ae, vae, svdd, student, density, tails, factorised"
            ),
        ),
    ],
)
def test_mistakes_have_the_lines_of_the_file(text, sentence):
    for work in (parse, migrated):
        with pytest.raises(ConfigError) as caught:
            work(HEAD + text, "f.yaml")
        assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "scorer",
    [
        "{<<: {combine: and, hidden: [5]}}",
        "{name: pair, members: [&a {name: vae, target: 3, latent: 2}, {<<: *a, name: svdd}]}",
        "{name: pair, members: [&a {name: svdd, beta: 0.1, target: 4}, *a]}",
        "{name: pair, hidden: &h [5], members: [{name: svdd, hidden: *h}, {name: vae}]}",
        "&s {hidden: [5], latent: 4}\nsplit: {seed: 3}",
    ],
)
def test_sections_that_share_keys_are_taken_apart(scorer):
    text = f"{HEAD}scorer: {scorer}\n"
    written, _ = migrated(text)
    assert parse(written) == parse(text)
    assert getattr(parse(written).scorer, "hidden", (5,)) == (5,)


def test_recorded_sections_are_those_of_a_configuration():
    config = config_of({"scorer": {"hidden": [5], "target": 3}, "rtl.parts": [], "seed": 4})
    assert (config.scorer.hidden, config.rtl.parts, config.seed) == ((5,), (), 4)
    assert config.baselines.single.hidden == (5,)
    assert config_of({"scorer": {"target": 4}}) is None
    assert config_of({"seed": "four"}) is None
