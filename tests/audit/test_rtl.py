"""The RTL: ports and counters that could wrap, records and parts that are not those written."""

import pytest

from tests.audit.planting import RULE, edit, records, sentences
from tests.blocks import trigger as hardware
from trigger_ad.audit.rtl import check_rtl
from trigger_ad.trigger.rule import Rule

WRAPS = ": widen it, for it can wrap"
AGAIN = ": write the RTL again; do not edit it by hand"
PROJECT = ": convert the model again; do not edit the project by hand"


def audit(run, rule=RULE):
    return check_rtl(run / "firmware/rtl", hardware(*records(run), rule))


def test_sound_rtl_has_no_findings(run):
    checked = audit(run)
    assert checked.findings == ()
    # Words; two scores, thresholds and shadows; two prescales, five counts, random; 3; 1; 4.
    assert checked.counts["integers"] == 56 + 6 + 8 + 3 + 1 + 4
    assert checked.counts["counters"] == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "counter.sv",
            "parameter BITS = 32",
            "parameter BITS = 16",
            "the count of events in rtl/counter.sv must hold 0 to 4294967295 (32 bits), not "
            "parameter BITS = 16 (16 bits)" + WRAPS,
        ),
        (
            "counter.sv",
            "else if (add && !full)",
            "else if (add)",
            "the counts of events in rtl/counter.sv must stop at 4294967295 (32 bits), not "
            "wrap" + AGAIN,
        ),
        (
            "prescaler.sv",
            "logic [32:0] sum;",
            "logic [31:0] sum;",
            "the sum in rtl/prescaler.sv must hold 0 to 4294967395 (33 bits), not logic [31:0] (32 "
            "bits)" + WRAPS,
        ),
        (
            "trigger_top.sv",
            "input logic signed [17:0] threshold1,",
            "input logic signed [16:0] threshold1,",
            "threshold1 in rtl/trigger_top.sv must hold -131072 to 131071 (18 bits, signed), not "
            "logic signed [16:0] (17 bits)" + WRAPS,
        ),
        (
            "trigger_top.sv",
            "output logic [16:0] score1,",
            "output logic [11:0] score1,",
            "port score1 in rtl/trigger_top.sv must hold 0 to 131071 (17 bits), not logic [11:0] "
            "(12 bits)" + WRAPS,
        ),
        (
            "trigger_top.sv",
            "input logic [11:0] met_pt,",
            "input logic [12:0] met_pt,",
            "port met_pt in rtl/trigger_top.sv must have 12 bits, unsigned, not logic [12:0] (13 "
            "bits)" + PROJECT,
        ),
        (
            "trigger_top.sv",
            "output logic [3:0][31:0] count_after",
            "output logic [3:0][15:0] count_after",
            "port count_after in rtl/trigger_top.sv must hold 0 to 4294967295 (32 bits), not logic "
            "[3:0][15:0] (16 bits)" + WRAPS,
        ),
        (
            "trigger_top.sv",
            ".RULE(0)",
            ".RULE(0), .COUNT_BITS(8)",
            "parameter COUNT_BITS of the core in rtl/trigger_top.sv must be left as it is, not 8"
            + AGAIN,
        ),
        (
            "trigger_top.sv",
            ".SCORE2_SIGNED(1)",
            ".SCORE2_SIGNED(0)",
            "parameter SCORE2_SIGNED of the core in rtl/trigger_top.sv must be 1, not 0" + AGAIN,
        ),
        (
            "rtl.json",
            '"planted"',
            '"other"',
            "the network of rtl/rtl.json must be planted, not other" + AGAIN,
        ),
        (
            "interface.json",
            '"ap_ufixed<17,13>"',
            '"ap_ufixed<14,11>"',
            "the scores of rtl/interface.json must be ap_ufixed<17,13>, ap_fixed<10,7>, not "
            "ap_ufixed<14,11>, ap_fixed<10,7>" + PROJECT,
        ),
        (
            "random24.sv",
            "number <= 24'd1;",
            "number <= 24'd0;",
            "line 26 of rtl/random24.sv must be 'if (rst) number <= 24'd1;', not",
        ),
    ],
)
def test_each_planted_fault_is_named(run, file, old, new, sentence):
    edit(run / "firmware/rtl" / file, old, new)
    found = sentences(audit(run))
    if "random24" in file:
        assert found[0].startswith("line ")
        assert " of rtl/random24.sv must be " in found[0]
    else:
        assert found[0] == sentence
    assert len(found) <= 2


def test_another_rule(run):
    found = sentences(audit(run, Rule.ATLAS_RANDOM))
    assert found == [
        "the rule of rtl/interface.json must be atlas_random/24_bits, not "
        "cms_counter/reset_at_run_start" + PROJECT,
        "parameter RULE of the core in rtl/trigger_top.sv must be 2, not 0" + AGAIN,
    ]


def test_a_missing_source_and_a_missing_record(run):
    (run / "firmware/rtl/scoring.v").unlink()
    assert sentences(audit(run)) == [f"rtl/scoring.v must be there{AGAIN}"]
    (run / "firmware/rtl/counter.sv").unlink()
    assert len(sentences(audit(run))) == 3
    (run / "firmware/rtl/rtl.json").unlink()
    assert "rtl.json must be a readable file, not no such file" in sentences(audit(run))[0]
