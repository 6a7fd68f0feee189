"""Names that reach C++, Tcl, SystemVerilog or a path are refused with the configuration."""

import pytest

from trigger_ad.config import parse
from trigger_ad.errors import ConfigError
from trigger_ad.sections.reserved import CPP_WORDS, RTL_WORDS

KEYS = {
    "convert.namespace": "convert: {{namespace: {}}}",
    "emulator.name": "emulator: {{name: {}}}",
}
ODD = ("ap_fixed", "ap_uint", "ap_mine", "size_t", "input_t", "int32_t", "a__b", "linux", "unix")


def read(key, name):
    return parse(f"schema: config/1\nname: c\n{KEYS[key].format(name)}\n", "c.yaml")


@pytest.mark.parametrize("key", KEYS)
def test_names_that_a_language_has_taken(key):
    taken = sorted(CPP_WORDS | RTL_WORDS)
    assert len(taken) > 300
    for name in (*taken, *ODD):
        with pytest.raises(ConfigError) as caught:
            read(key, f'"{name}"')
        assert str(caught.value) == (
            f"key '{key}' at c.yaml:3: must be a name that is no word of C++, HLS or "
            f"SystemVerilog, not '{name}': give such a value"
        )


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "name", ["../x", "a b", "x;rm", "[exec]", "$x", "1a", "a-b", "a" * 65, "é", "a.b", "_a"]
)
def test_names_that_no_language_can_carry(key, name):
    with pytest.raises(ConfigError, match="must match "):
        read(key, f'"{name}"')


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ["double_ae", "Anomaly", "AXO", "a1", "apt", "t", "x_T"])
def test_names_that_are_free(key, name):
    section, attribute = key.split(".")
    assert getattr(getattr(read(key, name), section), attribute) == name


def test_words_of_both_languages_are_words():
    assert {"int", "class", "namespace", "xor"} <= CPP_WORDS
    assert {"logic", "module", "reg", "wire", "begin", "end"} <= RTL_WORDS
    for word in CPP_WORDS | RTL_WORDS:
        assert word.isidentifier()
