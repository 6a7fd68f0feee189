import dataclasses

import pytest

from tests.blocks import block
from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert.project import convert
from trigger_ad.errors import ConversionError
from trigger_ad.hls.harness import write_harness
from trigger_ad.hls.score import Port, render_scores, score_steps
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score

KIND = FixedPoint(6, 3)
PORTS = {name: Port(name, f"{name}_t", KIND, 3) for name in ("x", "y")}


def score(expression, **ports) -> Score:
    kinds = {name: PortType(KIND, 3) for name in ("x", "y")} | ports
    return Score("s", expression, kinds)


def test_steps_have_the_widths_of_the_intervals():
    x, y = port("x"), port("y")
    found = score_steps(score(x.subtract(y).absolute().sum()))
    assert [step.operation for step in found] == ["port", "port", "subtract", "absolute", "sum"]
    assert [str(step.type) for step in found] == [
        "ap_fixed<6,3>",
        "ap_fixed<6,3>",
        "ap_fixed<7,4>",
        "ap_ufixed<6,3>",
        "ap_ufixed<8,5>",
    ]
    assert found[-1].arguments == (found[-2].name,)
    assert (found[-1].size, found[2].size) == (1, 3)


def test_shared_parts_are_computed_once():
    difference = port("x").subtract(port("y"))
    found = score_steps(score(difference.dot(difference)))
    assert [step.operation for step in found] == ["port", "port", "subtract", "dot"]
    assert found[-1].arguments == (found[2].name,) * 2


def test_binary_points_are_brought_together():
    finer = PortType(FixedPoint(6, 1), 3)
    found = score_steps(score(port("x").subtract(port("y")).sum(), y=finer))
    assert found[2].statements == "score_ops::subtract<3, 2, 0>(step0, step1, step2);"


def test_partial_sums_have_room():
    """Elements of either sign whose total is small."""
    kind = PortType(KIND, 3, (20, -32, 5), (25, -30, 6))
    found = score_steps(score(port("x").sum(), x=kind))
    assert str(found[-1].type) == "ap_fixed<4,1>"
    partial = found[-1].declared["partial sum"]
    assert (partial.minimum, partial.maximum) == ((-32,), (31,))
    assert found[-1].statements == "score_ops::sum<3, ap_int<6> >(step0, step1);"
    found = score_steps(score(port("x").dot(port("x")), x=kind))
    assert found[-1].declared["partial sum"].high >= 25 * 25 + 32 * 32 + 36


def test_rendered_header_names_widths():
    text = render_scores("net", "net.h", {"s": score(port("x").sum())}, PORTS)
    assert "namespace net {" in text
    assert "typedef ap_int<8> s_t;" in text
    assert "inline void s(const x_t x_port[3], s_t &result) {" in text
    assert "score_ops::sum<3, ap_int<8> >(step0, step1);" in text
    assert "y_t" not in text


@pytest.mark.parametrize(
    ("names", "ports", "sentence"),
    [
        (
            ["s"],
            {"y": PORTS["y"]},
            "port x of score s must be one of y, not 'x': use a port of the network",
        ),
        (
            ["s"],
            {"x": dataclasses.replace(PORTS["x"], size=4)},
            (
                "port x of score s must be 4 x ap_fixed<6,3>, not 3 x ap_fixed<6,3>: "
                "make the score from the converted network"
            ),
        ),
        (
            ["s"],
            {"x": dataclasses.replace(PORTS["x"], type=FixedPoint(7, 3))},
            (
                "port x of score s must be 3 x ap_fixed<7,3>, not 3 x ap_fixed<6,3>: "
                "make the score from the converted network"
            ),
        ),
        (
            ["for"],
            PORTS,
            "the name of a score must not be a word of C++, not 'for': choose another name",
        ),
        (
            ["x"],
            PORTS,
            "the name x of a score must be its own, not that of a port: rename the score",
        ),
    ],
)
def test_scores_that_do_not_fit(names, ports, sentence):
    scores = {name: score(port("x").sum()) for name in names}
    with pytest.raises(ConversionError) as caught:
        render_scores("net", "net.h", scores, ports)
    assert str(caught.value) == sentence


def test_a_score_bound_to_narrower_outputs_is_refused(tmp_path):
    quantized = networks.quantised(networks.ZOO[:1], 4)
    network = convert(quantized, config.Convert(namespace="net"), tmp_path / "hls")
    kinds = networks.ports(network)
    narrow = dataclasses.replace(kinds["plain"], minimum=(-1,) * 7, maximum=(1,) * 7)
    bad = Score("bad", port("plain").sum(), {"plain": narrow})
    with pytest.raises(ConversionError) as caught:
        write_harness(tmp_path / "hls", block(network, {"bad": bad}))
    assert str(caught.value) == (
        "port plain of score bad must have the range that the network reaches, not a narrower "
        "one: bind the scores to this network"
    )
    assert not (tmp_path / "hls" / "csim").exists()
