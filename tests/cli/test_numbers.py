"""Options that are numbers: each is finite and within two ends, and refused before any work."""

import math

import click
import pytest

from trigger_ad.cli.main import cli, main
from trigger_ad.cli.numbers import Number, Whole
from trigger_ad.errors import ConfigError

#: Every option that is a number: a value in the middle, what it must be, and what it is not.
OPTIONS = {
    "generate adc2021 --events": (12, "a whole number from 1 to 1000000000", ("0", "-1", "1e12")),
    "generate adc2021 --seed": (
        7,
        "a whole number from 0 to 9223372036854775807",
        ("-1", "9" * 30),
    ),
    "generate adc2021 --workers": (2, "a whole number from 1 to 1024", ("0", "nan", "99999")),
    "generate zerobias --pileup": (60.5, "a number above 0 and at most 200", ("0", "-1", "201")),
    "generate zerobias --events": (12, "a whole number from 1 to 1000000000", ("0", "x")),
    "generate zerobias --seed": (7, "a whole number from 0 to 9223372036854775807", ("-1",)),
    "generate zerobias --workers": (2, "a whole number from 1 to 1024", ("0",)),
    "generate zerobias --collisions": (64, "a whole number from 1 to 1000000000", ("0", "1.5")),
    "compare --seeds": (5, "a whole number from 0 to 4294967295", ("-1", "4294967296")),
    "rates --colliding-bunches": (2544, "a whole number from 1 to 3564", ("0", "3565")),
    "rates --input-rate-hz": (5e5, "a number above 0 and at most 1e+12", ("0", "-1", "1e13")),
    "rates --live-fraction": (0.97, "a number above 0 and at most 1", ("0", "1.01")),
    "rates --workers": (2, "a whole number from 1 to 1024", ("0", "-3")),
    "kappa --counts": (5, "a whole number from 0 to 9007199254740992", ("-1", "1.5")),
    "kappa --signal-events": (5.0, "a number above 0 and at most 1e+15", ("0", "-1", "1e16")),
    "prescales --precision": (1.5, "a number above 0 and at most 1e+06", ("0", "-1")),
    "prescales --budget": (10.0, "a number above 1 and at most 1e+09", ("1", "0")),
    "prescales --bandwidth-hz": (5e3, "a number above 0 and at most 1e+12", ("0", "-1", "1e13")),
    "menu column --first-index": (165, "a whole number from 0 to 999999999", ("-1", "1e9")),
    "menu fragment --first-index": (0, "a whole number from 0 to 999999999", ("-1", "1.5")),
    "prescales --seconds": (23.3, "a number above 0 and at most 1e+09", ("0", "-5")),
    "monitor --learn": (30, "a whole number from 3 to 100000", ("2", "-30")),
    "monitor --port": (9101, "a whole number from 0 to 65535", ("-1", "65536")),
    "monitor --every": (10.0, "a number from 1 to 86400", ("0.5", "1e6")),
}


def options(command=cli, words=()):
    """Words and parameter of each option of each verb."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from options(inner, (*words, name))
        return
    for param in command.params:
        yield " ".join((*words, param.opts[0])), param


def parameter(words):
    return dict(options())[words]


def test_every_number_is_listed_and_has_two_ends():
    numbers = {}
    for words, param in options():
        kinds = param.type.types if isinstance(param.type, click.Tuple) else [param.type]
        for kind in kinds:
            if isinstance(kind, (click.types.IntParamType, click.types.FloatParamType)):
                numbers[words] = kind
    assert {*numbers} == {*OPTIONS}
    for kind in numbers.values():
        assert isinstance(kind, (Number, Whole))
        assert math.isfinite(kind.min)
        assert math.isfinite(kind.max)


@pytest.mark.parametrize("words", OPTIONS)
def test_a_number_within_its_ends_is_taken(words):
    value, _, _ = OPTIONS[words]
    param = parameter(words)
    for given in (value, param.type.max, *(() if param.type.min_open else (param.type.min,))):
        assert param.type.convert(str(given), param, None) == given


@pytest.mark.parametrize("words", OPTIONS)
def test_a_number_without_meaning_is_refused(words):
    _, rule, refused = OPTIONS[words]
    param = parameter(words)
    for given in (*refused, "nan", "inf", "-inf", "1e999", "", "ten"):
        with pytest.raises(ConfigError) as caught:
            param.type.convert(given, param, None)
        name = words.rpartition(" ")[2]
        found = given or "nothing"
        assert str(caught.value) == f"{name} must be {rule}, not {found}: give such a number"


def test_it_comes_before_the_work(monkeypatch, capsys):
    command = ["rates", "no_run", "--inputs", "none.h5", "--input-rate-hz", "nan"]
    monkeypatch.setattr("sys.argv", ["trigger-ad", *command])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        "trigger-ad: --input-rate-hz must be a number above 0 and at most 1e+12, not nan: "
        "give such a number\n"
    )
