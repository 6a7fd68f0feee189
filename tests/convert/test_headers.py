"""A written project is read back, and every edit in it is found."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.convert.differences import compare
from trigger_ad.convert.headers import check_project, read_project
from trigger_ad.errors import ConversionError


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


REMEDY = ": convert the model again; do not edit the project by hand"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "defines.h",
            "plain_0_accum_t;",
            "plain_0_other_t;",
            "type plain_0_accum_t must be defined",
        ),
        (
            "defines.h",
            "ap_fixed<9,5,AP_RND_CONV,AP_SAT,0> inputs_t",
            "ap_fixed<9,5> inputs_t",
            (
                "input_type of network zoo as written must be ap_fixed<9,5,AP_RND_CONV,AP_SAT>, "
                "not ap_fixed<9,5>"
            ),
        ),
        (
            "defines.h",
            "ap_fixed<9,5,AP_RND_CONV,AP_SAT,0> inputs_t",
            "ap_fixed<9,5,AP_RND_INF,AP_SAT,0> inputs_t",
            "type inputs_t must be a fixed-point type, not ap_fixed<9,5,AP_RND_INF,AP_SAT,0>",
        ),
        (
            "defines.h",
            "ap_fixed<15,6> plain_0_accum_t",
            "ap_fixed<61,17> plain_0_accum_t",
            "type plain_0_accum_t must be inferred, not left at the default ap_fixed<61,17>",
        ),
        (
            "parameters.h",
            "typedef plain_0_weight_t weight_t",
            "typedef plain_0_bias_t weight_t",
            "weight_t of layer plain_0 must be",
        ),
        (
            "zoo_network.cpp",
            "nnet::relu<",
            "nnet::tanh<",
            "layer plain_0_relu must be one of dense, linear_windows, maximum_windows, add, ",
        ),
        (
            "zoo_network.cpp",
            "nnet::relu<plain_0_t, ",
            "nnet::linear<plain_0_t, ",
            "relu of layer plain_0_relu as written must be True, not False",
        ),
        (
            "zoo_network.cpp",
            "(input",
            "(other",
            "layer plain_0 must read an earlier layer, not others",
        ),
        ("zoo_network.cpp", "// plain_0\n", "// renamed\n", "layer plain_0_relu must read"),
        (
            "zoo_network.cpp",
            'plain_0_weight_t, 35>(w3, "w3.txt")',
            'plain_0_weight_t, 35>(w3, "w5.txt")',
            "array w3 must be loaded as 35 x plain_0_weight_t from w3.txt, not as 35 x plain",
        ),
        (
            "zoo_network.cpp",
            'nnet::load_weights_from_txt<plain_0_bias_t, 5>(b3, "b3.txt");',
            "",
            "array b3 must be loaded as 5 x plain_0_bias_t from b3.txt, not nowhere",
        ),
        (
            "zoo_network.cpp",
            "plain_0_t layer3_out[5];",
            "plain_0_t layer3_out[4];",
            "the output of layer plain_0 must be 5 x plain_0_t, not 4 x plain_0_t",
        ),
        (
            "zoo_network.cpp",
            "nnet::relu<plain_0_t, ",
            "nnet::relu<plain_1_t, ",
            "the input of layer plain_0_relu must be 5 x plain_1_t, not 5 x plain_0_t",
        ),
        (
            "parameters.h",
            "    typedef plain_0_accum_t accum_t;\n",
            "",
            "accum_t of layer plain_0 must be given",
        ),
        (
            "parameters.h",
            "typedef plain_0_accum_t accum_t;",
            "typedef model_default_t accum_t;",
            "accum_t of layer plain_0 must be inferred, not left at the default model_default_t",
        ),
        (
            "parameters.h",
            "static const unsigned n_in = 7;",
            "static const unsigned n_in = 6;",
            "layer plain_0 must have weights for 6 inputs and 5 outputs, not 35 and 5 biases",
        ),
        (
            "parameters.h",
            "static const unsigned n_in = 7;",
            "static const unsigned n_in = N;",
            "n_in of layer plain_0 must be a number, not N",
        ),
        (
            "parameters.h",
            "nnet::product::mult<",
            "nnet::product::weight_exponential<",
            "product of layer plain_0 as written must be nnet::product::mult, not nnet::product::",
        ),
        (
            "zoo_network.cpp",
            "void zoo_network(",
            "void other(",
            "zoo_network.cpp must define zoo_network with one input",
        ),
        (
            "zoo_network.cpp",
            "nnet::dense<inputs_t",
            "nnet::dense<nnet::x, inputs_t",
            "zoo_network.cpp must call known functions only, not others",
        ),
    ],
)
def test_edited_sources_are_found(project, file, old, new, sentence):
    folder, network = project
    edit(folder / "firmware" / file, old, new)
    if "renamed" in new:
        sentence = "network zoo as written must have the layers plain_0, "
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(REMEDY)


def weight_files(folder: Path) -> tuple[Path, Path]:
    header = next(
        path
        for path in (folder / "firmware" / "weights").glob("w*.h")
        if "plain_0_weight_t" in path.read_text()
    )
    return header, header.with_suffix(".txt")


def rewrite(path: Path, value: str) -> None:
    """Replace the first weight of a file."""
    text = path.read_text()
    start = text.index("= {") + 3 if "= {" in text else 0
    path.write_text(text[:start] + value + text[text.index(",", start) :])


def test_edited_weights_are_found(project):
    folder, network = project
    header, listing = weight_files(folder)
    name = header.stem
    original = header.read_text()
    first = network.layer("plain_0").weights[0, 0]
    value, raw = ("0.03125", 1) if first != 1 else ("0.0625", 2)
    rewrite(header, value)
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value) == (
        f"array {name} must be equal in its header and its text file, not different" + REMEDY
    )
    rewrite(listing, value)
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value) == (
        f"weights of layer plain_0 as written must be that of the record, not {raw} in place of "
        f"{first} at [0, 0], 1 in all" + REMEDY
    )
    rewrite(header, "0.001")
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    kind = network.layer("plain_0").weight_type
    assert str(caught.value) == f"array {name} must hold values of {kind}, not 0.001" + REMEDY
    header.write_text(original.replace("= {", "= {0, "))
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value) == f"array {name} must have 35 values, not 36" + REMEDY
    header.write_text("")
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value) == f"array {name} must have its values in its header" + REMEDY
    header.unlink()
    with pytest.raises(ConversionError) as caught:
        check_project(folder, network)
    assert str(caught.value) == f"{header} must be readable, not No such file or directory" + REMEDY


def test_other_kinds_of_layers_are_found(project):
    folder, network = project
    written = read_project(folder, "zoo")
    dense = network.layer("plain_0")
    other = dataclasses.replace(
        dense, name="plain_0_relu", source="plain_0", weights=np.eye(dense.size, dtype=np.int64)
    )
    layers = tuple(other if layer.name == other.name else layer for layer in network.layers)
    with pytest.raises(ConversionError) as caught:
        compare(written, dataclasses.replace(network, layers=layers))
    assert str(caught.value) == "layer plain_0_relu as written must be Linear, not Cast" + REMEDY
