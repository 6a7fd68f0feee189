"""Configurations: every mistake is one sentence with key, line, rule, value and remedy."""

# ruff: noqa: E501, the sentences stay in one piece

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.config import Config, Prescales, dump, load, parse
from trigger_ad.errors import ConfigError, TriggerAdError

BASE = "schema: config/2\nname: demo\n"
SECTIONS = (
    "schema, name, seed, events, split, features, scorer, train, quantize, convert, rtl, "
    "emulator, budget, trigger, validate, baselines"
)
NAMES = "[A-Za-z][A-Za-z0-9_]{0,63}"


def test_defaults_and_round_trip():
    config = parse(BASE)
    assert config.name == "demo"
    assert sum(config.split.fractions.values()) == pytest.approx(1)
    text = dump(config)
    assert parse(text) == config
    assert dump(parse(text)) == text


def test_every_key_is_written():
    text = dump(parse(BASE))
    for name in Config.model_fields:
        assert f"\n{name.rstrip('_')}:" in "\n" + text


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate=st.floats(1e-12, 1),
    efficiency=st.floats(1e-9, 0.999),
    hundredths=st.integers(100, 4_294_967_295),
    bits=st.one_of(st.integers(2, 16), st.lists(st.integers(2, 16), min_size=1, max_size=6)),
)
def test_any_value_survives_the_round_trip(seed, rate, efficiency, hundredths, bits):
    config = parse(
        f"{BASE}seed: {seed}\ntrain: {{learning_rate: {rate!r}}}\nquantize: {{weight_bits: {bits}}}"
        f"\ntrigger: {{sm_efficiency: {efficiency!r}, prescale: {{B: {hundredths / 100!r}}}}}\n"
    )
    assert (config.seed, config.train.learning_rate) == (seed, rate)
    assert config.trigger.sm_efficiency == efficiency
    assert hundredths / 100 == config.trigger.prescale.B
    expected = tuple(bits) if isinstance(bits, list) else bits
    assert config.quantize.weight_bits == expected
    assert parse(dump(config)) == config


@pytest.mark.parametrize("word", ["no", "off", "yes", "on", "y", "n"])
def test_words_of_older_yaml_are_text(word):
    assert parse(f"schema: config/1\nname: {word}\n").name == word


@pytest.mark.parametrize("text", ["1e-4", "1.0e-4", "0.0001", "1E-4"])
def test_exponents_are_numbers(text):
    assert parse(f"{BASE}train: {{learning_rate: {text}}}").train.learning_rate == 1e-4


def test_octal_and_leading_zeros():
    assert parse(BASE + "seed: 0o17\n").seed == 15
    assert parse(BASE + "seed: 017\n").seed == 17


def test_aliases_and_comments():
    config = parse(BASE + "train: &t\n  epochs: 3  # short\nquantize:\n  <<: *t\n")
    assert (config.train.epochs, config.quantize.epochs) == (3, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "train:\n  epoch: 3\n",
            (
                "key 'train.epoch' at f.yaml:4 must be a known key, not 'epoch': choose from epochs, "
                "batch, learning_rate, copies, patience, transform, disco, closure, "
                "pileup"
            ),
        ),
        (
            "trian: {}\n",
            f"key 'trian' at f.yaml:3 must be a known key, not 'trian': choose from {SECTIONS}",
        ),
        (
            "split: {validate: 0.1, vaildate: 0.1}\n",
            (
                "key 'split.vaildate' at f.yaml:3 must be a known key, not 'vaildate': choose from "
                "seed, train, validate, calibrate, threshold, test"
            ),
        ),
        (
            "seed: 1\nseed: 2\n",
            "key 'seed' at f.yaml:4 must be given once, not twice: remove one of them",
        ),
        (
            "train:\n  epochs: 2\n  batch: 100\n  epochs: 2\n",
            "key 'epochs' at f.yaml:6 must be given once, not twice: remove one of them",
        ),
        (
            "seed: one\n",
            "key 'seed' at f.yaml:3 must be a valid integer, not \"one\": give such a value",
        ),
        (
            "\n\nseed: 1.5\n",
            "key 'seed' at f.yaml:5 must be a valid integer, not 1.5: give such a value",
        ),
        (
            "seed: true\n",
            "key 'seed' at f.yaml:3 must be a valid integer, not true: give such a value",
        ),
        (
            "seed: 1:30\n",
            "key 'seed' at f.yaml:3 must be a valid integer, not \"1:30\": give such a value",
        ),
        (
            "seed: 4294967296\n",
            (
                "key 'seed' at f.yaml:3 must be less than 4294967296, not 4294967296: give such a "
                "value"
            ),
        ),
        (
            "train:\n  epochs: 0\n",
            (
                "key 'train.epochs' at f.yaml:4 must be greater than or equal to 1, not 0: give "
                "such a value"
            ),
        ),
        (
            "train: {learning_rate: .nan}\n",
            (
                "key 'train.learning_rate' at f.yaml:3 must be a finite number, not NaN: give such a "
                "value"
            ),
        ),
        (
            "convert: {reuse_factor: 7}\n",
            (
                "key 'convert' at f.yaml:3: reuse_factor must be at most 6, the clocks of 4.158 ns in "
                "a crossing of 25 ns, not 7: give such a value"
            ),
        ),
        (
            "convert: {clock_ns: .inf}\n",
            (
                "key 'convert.clock_ns' at f.yaml:3 must be a finite number, not Infinity: give "
                "such a value"
            ),
        ),
        (
            "scorer:\n  difference: cubed\n",
            (
                "key 'scorer.difference' at f.yaml:4 must be 'absolute' or 'squared', not \"cubed\": "
                "give such a value"
            ),
        ),
        (
            "scorer:\n  hidden:\n    - 16\n    - 0\n",
            (
                "key 'scorer.hidden.1' at f.yaml:6 must be greater than or equal to 1, not 0: give "
                "such a value"
            ),
        ),
        (
            "scorer: {hidden: []}\n",
            (
                "key 'scorer.hidden' at f.yaml:3 must have at least 1 entries, not 0: give such a "
                "value"
            ),
        ),
        (
            "quantize: {weight_bits: [6, 99]}\n",
            (
                "key 'quantize.weight_bits.1' at f.yaml:3 must be less than or equal to 16, not 99: "
                "give such a value"
            ),
        ),
        (
            "quantize: {weight_bits: 1}\n",
            (
                "key 'quantize.weight_bits' at f.yaml:3 must be greater than or equal to 2, not 1: "
                "give such a value"
            ),
        ),
        (
            "train: {closure: {quantiles: [0.1, 0.2, 0.3]}}\n",
            (
                "key 'train.closure.quantiles' at f.yaml:3 must have at most 2 entries, not 3: "
                "give such a value"
            ),
        ),
        (
            "train: {closure: {quantiles: [0.9, 0.2]}}\n",
            "key 'train.closure' at f.yaml:3: quantiles must rise, not 0.9, 0.2: give such a value",
        ),
        (
            "trigger:\n  prescale: {B: 1.005}\n",
            (
                "key 'trigger.prescale' at f.yaml:4: B must be 0 or at least 1 with at most two "
                "decimals, not 1.005: give such a value"
            ),
        ),
        (
            "trigger:\n  prescale:\n    D: 0.5\n",
            (
                "key 'trigger.prescale' at f.yaml:4: D must be 0 or at least 1 with at most two "
                "decimals, not 0.5: give such a value"
            ),
        ),
        (
            "split: {train: 0.5}\n",
            "key 'split' at f.yaml:3: the fractions must sum to 1, not 1.28: give such a value",
        ),
        (
            "convert: {namespace: 'a b'}\n",
            (
                f"key 'convert.namespace' at f.yaml:3 must match {NAMES}, not \"a b\": give such a "
                "value"
            ),
        ),
        (
            "events:\n  signals:\n    'a/b': x\n",
            (
                f"key 'events.signals.a/b' at f.yaml:5 must match {NAMES}, not \"a/b\": give such a "
                "value"
            ),
        ),
        (
            "events: {signals: {a: 3}}\n",
            "key 'events.signals.a' at f.yaml:3 must be a valid string, not 3: give such a value",
        ),
        (
            "train:\n",
            "key 'train' at f.yaml:3 must hold keys and values, not null: indent them below it",
        ),
        (
            "events: {signals: [a]}\n",
            (
                "key 'events.signals' at f.yaml:3 must hold keys and values, not [\"a\"]: indent them "
                "below it"
            ),
        ),
        ("1: 2\n", "a key at f.yaml:3 must be text, not 1: write a known key"),
        (
            "train: !!python/object:os.system {}\n",
            (
                "f.yaml:3 must have no tags, not tag:yaml.org,2002:python/object:os.system: write the "
                "plain value"
            ),
        ),
        (
            "a:\n  " + "[" * 20 + "]" * 20,
            "f.yaml:4 must be nested at most 16 deep: write keys and values only",
        ),
        ("a: " + "[" * 1000, "f.yaml:1 must be nested at most 16 deep: write keys and values only"),
        (
            "a: [1,\n",
            (
                "f.yaml:4 must be YAML 1.2, not expected the node content, but found '<stream end>': "
                "mend this line or the one above"
            ),
        ),
        (
            "train:\n\tepochs: 3\n",
            (
                "f.yaml:4 must be YAML 1.2, not found character '\\t' that cannot start any token: "
                "mend this line or the one above"
            ),
        ),
        (
            "a: \x00\n",
            "f.yaml:1 must be YAML 1.2, not unreadable text: mend this line or the one above",
        ),
        (
            "---\na: 1\n",
            "f.yaml:3 must be YAML 1.2, not another document: mend this line or the one above",
        ),
    ],
)
def test_sentence_of_each_mistake(text, sentence):
    with pytest.raises(ConfigError) as caught:
        parse(BASE + text, "f.yaml")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("schema: config/1\n", "key 'name' at f.yaml:1 must be given: add name"),
        (
            "name: demo\nschema: config/3\n",
            "key 'schema' at f.yaml:2 must be 'config/2', not \"config/3\": give such a value",
        ),
        (
            "schema: config/1\nname: 1demo\n",
            f"key 'name' at f.yaml:2 must match {NAMES}, not \"1demo\": give such a value",
        ),
        (
            "%YAML 1.1\n---\nschema: config/1\n",
            "f.yaml:1 must be YAML 1.2, not YAML 1.1: remove the line",
        ),
        *(
            (
                text,
                (
                    f"f.yaml:1 must hold keys and values, not {kind}: start from "
                    "models/double_ae/config.yaml"
                ),
            )
            for text, kind in (("", "nothing"), ("hello", "one value"), ("- 1\n", "a list"))
        ),
    ],
)
def test_sentence_of_a_wrong_file(text, sentence):
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.yaml")
    assert str(caught.value) == sentence


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_no_text_escapes_as_another_error(text):
    for document in (text, BASE + text):
        try:
            config = parse(document)
        except ConfigError as error:
            assert " must " in str(error)  # noqa: PT017, it may also be a good configuration
        else:
            assert parse(dump(config)) == config


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(range(len(dump(parse(BASE))))), st.sampled_from("\t[]{}:-&*!|>'\"%@\n 9x"))
def test_no_typing_error_escapes_as_another_error(position, character):
    text = dump(parse(BASE))
    try:
        parse(text[:position] + character + text[position + 1 :])
    except ConfigError as error:
        assert ", not " in str(error)  # noqa: PT017, most are still good configurations


def test_file(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(BASE + "name: again\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^key 'name' at .*config\.yaml:3 must be given once"):
        load(path)
    path.write_text(BASE, encoding="utf-8")
    assert load(path) == parse(BASE)


def test_file_that_is_absent(tmp_path):
    sentence = r"absent.yaml must be a readable YAML file, not missing: check the path$"
    with pytest.raises(ConfigError, match=sentence):
        load(tmp_path / "absent.yaml")


def test_file_that_is_no_text(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(
        ConfigError, match=r"must be a readable YAML file, not bytes that are no UTF-8 text: "
    ):
        load(path)


def test_shipped_configurations_are_good():
    found = sorted((Path(__file__).parents[2] / "models").glob("*/config.yaml"))
    for path in found:
        config = load(path)
        assert parse(dump(config)) == config


def test_prescales_by_region():
    prescale = Prescales(A=1.0, B=0.0, C=2.5, D=100.25)
    assert prescale.by_region == {"A": 1.0, "B": 0.0, "C": 2.5, "D": 100.25}


def test_errors_are_of_the_family():
    assert issubclass(ConfigError, TriggerAdError)
