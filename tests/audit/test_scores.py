"""Written scores: operations that can wrap, other scores, other text."""

from dataclasses import replace

import pytest

from tests.audit.planting import EDITED, edit, records, sentences
from tests.blocks import block
from trigger_ad.audit.scores import check_scores
from trigger_ad.ir.score import Score


def audit(run, **changes):
    network, scores, layout = records(run)
    return check_scores(run / "firmware/hls", block(network, scores | changes, layout))


def test_sound_scores_have_no_findings(run):
    checked = audit(run)
    assert checked.findings == ()
    assert checked.counts["scores"] == 2
    # Operations, a partial sum and a result each: 5 + 1 + 1 and 2 + 1 + 1.
    assert checked.counts["operations"] == 11
    assert checked.counts["files"] == 2


@pytest.mark.parametrize(
    ("old", "new", "name", "fraction", "found"),
    [
        (
            "ap_uint<12> step3",
            "ap_uint<11> step3",
            "step3 (absolute) of score score1",
            4,
            "ap_uint<11>",
        ),
        (
            "ap_int<13> step2",
            "ap_uint<14> step2",
            "step2 (subtract) of score score1",
            4,
            "ap_uint<14>",
        ),
        (
            "sum<57, ap_uint<17> >",
            "sum<57, ap_uint<16> >",
            "partial sum of step4 (sum) of score score1",
            4,
            "ap_uint<16>",
        ),
        (
            "typedef ap_uint<17> score1_t",
            "typedef ap_uint<12> score1_t",
            "the type of score score1",
            4,
            "ap_uint<12>",
        ),
        (
            "typedef ap_int<10> score2_t",
            "typedef ap_int<9> score2_t",
            "the type of score score2",
            3,
            "ap_int<9>",
        ),
    ],
)
def test_what_can_wrap_is_named_with_its_range(run, old, new, name, fraction, found):
    edit(run / "firmware/hls/firmware/score.h", old, new)
    _, scores, _ = records(run)
    score = scores[name.rpartition(" ")[2]]
    first, second = sentences(audit(run))
    assert first.startswith(f"{name} must hold ")
    assert first.endswith(f" bits), not {found}: widen it, for it can wrap")
    if "type" in name:
        signal = score.signal(score.expression)
        low, high = signal.minimum[0], signal.maximum[0]
        kind = score.type
        assert f"{low} to {high} x 2**-{fraction} ({kind}, {kind.width} bits)" in first
    assert " of firmware/score.h must be '" in second


def test_range_of_a_step_by_hand(run):
    """Two outputs of 9 bits, of which all values can occur."""
    edit(run / "firmware/hls/firmware/score.h", "ap_int<9> step0[2]", "ap_int<8> step0[2]")
    assert sentences(audit(run))[0] == (
        "step0 (port) of score score2 must hold -256 to 255 x 2**-3 (ap_fixed<9,6>, 9 bits), not "
        "ap_int<8>: widen it, for it can wrap"
    )


def test_another_operation_is_a_line_that_differs(run):
    header = run / "firmware/hls/firmware/score.h"
    edit(header, "score_ops::absolute<57>", "score_ops::square<57>")
    (finding,) = sentences(audit(run))
    number = header.read_text().splitlines().index("    score_ops::square<57>(step2, step3);") + 1
    assert finding == (
        f"line {number} of firmware/score.h must be 'score_ops::absolute<57>(step2, step3);', not "
        "'score_ops::square<57>(step2, step3);'" + EDITED
    )


def test_comments_are_no_difference(run):
    edit(run / "firmware/hls/firmware/score_ops.h", "// SUM holds", "// It holds")
    edit(run / "firmware/hls/firmware/score.h", "// LSB 2^-4", "")
    assert audit(run).findings == ()


def test_hand_written_operations_are_those_of_the_package(run):
    edit(run / "firmware/hls/firmware/score_ops.h", "total += a[i];", "total = a[i];")
    (finding,) = sentences(audit(run))
    assert finding.endswith(
        "of firmware/score_ops.h must be 'total += a[i];', not 'total = a[i];'" + EDITED
    )


def test_a_missing_header_and_a_missing_score(run):
    _, scores, _ = records(run)
    other = replace(scores["score1"], name="other")
    found = sentences(audit(run, other=other))
    assert found[0] == f"score other must be in firmware/score.h{EDITED}"
    (run / "firmware/hls/firmware/score.h").unlink()
    assert sentences(audit(run)) == [
        f"firmware/score.h must be readable, not no such file or directory{EDITED}"
    ]


def test_scores_of_another_network(run):
    """Of its outputs; the header may even be the right one."""
    _, scores, _ = records(run)
    port = scores["score2"].ports["second"]
    wide = Score(
        "score2",
        scores["score2"].expression,
        {"second": replace(port, type=replace(port.type, width=10), minimum=(), maximum=())},
    )
    found = sentences(audit(run, score2=wide))
    assert any(s.startswith("port second of score score2 must be 2 x ap_fixed<9,6>") for s in found)
