"""The trigger top in HLS: ports, thresholds, counters and prescalers that could wrap."""

import pytest

from tests.audit.planting import EDITED, RULE, edit, records, sentences
from tests.blocks import trigger as hardware
from trigger_ad.audit.top import check_top
from trigger_ad.trigger.rule import Rule


def audit(run, rule=RULE):
    return check_top(run / "firmware/hls", hardware(*records(run), rule))


def test_a_sound_top_has_no_findings(run):
    checked = audit(run)
    assert checked.findings == ()
    # 56 words with wires in four lists of ports, and 9 states of the core.
    assert checked.counts["integers"] == 4 * 56 + 9
    assert checked.counts["counters"] == 1
    assert checked.counts["files"] == 7


WRAPS = ": widen it, for it can wrap"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "trigger_core.h",
            "typedef ap_uint<32> count_t;",
            "typedef ap_uint<16> count_t;",
            "count_t in trigger/trigger_core.h must hold 0 to 4294967295 (32 bits), not "
            "ap_uint<16> (16 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "if (event && !full)",
            "if (event)",
            "the counts of events in trigger/trigger_core.h must stop at 4294967295 (32 bits), not "
            "wrap" + EDITED,
        ),
        (
            "trigger_core.h",
            "const ap_int<34> ahead",
            "const ap_int<33> ahead",
            "ahead of the prescaler in trigger/trigger_core.h must hold -4294967195 to 4294967395 "
            "(34 bits, signed), not ap_int<33> (33 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "const ap_int<34> step",
            "const ap_uint<34> step",
            "step of the prescaler in trigger/trigger_core.h must hold -4294967195 to 100 (33 "
            "bits, signed), not ap_uint<34> (34 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "typedef ap_uint<24> random_t;",
            "typedef ap_uint<23> random_t;",
            "random_t in trigger/trigger_core.h must hold 0 to 16777215 (24 bits), not ap_uint<23> "
            "(23 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "ap_uint<5> wait;",
            "ap_uint<4> wait;",
            "the clocks between loads in trigger/trigger_core.h must hold 0 to 31 (5 bits), not "
            "ap_uint<4> (4 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "typedef ap_int<S1::width + 1> threshold1_t;",
            "typedef ap_int<S1::width> threshold1_t;",
            "threshold1_t in trigger/trigger_core.h must hold -131072 to 131071 (18 bits, "
            "signed), not ap_int<S1::width> (17 bits)" + WRAPS,
        ),
        (
            "trigger_core.h",
            "typedef ap_int<S2::width + 1> threshold2_t;",
            "typedef ap_uint<S2::width + 1> threshold2_t;",
            "threshold2_t in trigger/trigger_core.h must hold -1024 to 1023 (11 bits, signed), not "
            "ap_uint<S2::width + 1> (11 bits)" + WRAPS,
        ),
        (
            "trigger_top.h",
            "typedef planted_ns::score1_t score1_t;",
            "typedef ap_uint<12> score1_t;",
            "port score1 in trigger/trigger_top.h must hold 0 to 131071 (17 bits), not ap_uint<12> "
            "(12 bits)" + WRAPS,
        ),
        (
            "trigger_top.h",
            "ap_int<8> jet3_eta,",
            "ap_int<7> jet3_eta,",
            "port jet3_eta in trigger/trigger_top.h must hold -128 to 127 (8 bits, signed), not "
            "ap_int<7> (7 bits)" + WRAPS,
        ),
        (
            "trigger_top.h",
            "ap_uint<12> met_pt,",
            "bool met_pt,",
            "line 30 of trigger/trigger_top.h must be 'ap_uint<12> met_pt,', not 'bool met_pt,'"
            + EDITED,
        ),
    ],
)
def test_each_planted_fault_is_named(run, file, old, new, sentence):
    path = run / "firmware/hls/trigger" / file
    edit(path, old, new)
    found = sentences(audit(run))
    assert found[0] == sentence
    if len(found) > 1:  # and the line itself
        number = next(i for i, line in enumerate(path.read_text().splitlines(), 1) if new in line)
        assert found[1].startswith(f"line {number} of trigger/{file} must be ")
    assert len(found) <= 2


def test_a_declaration_that_is_not_found_is_a_fault(run):
    edit(run / "firmware/hls/trigger/trigger_core.h", "ap_uint<5> wait;", "unsigned wait;")
    assert sentences(audit(run))[0] == (
        "the clocks between loads in trigger/trigger_core.h must be declared" + EDITED
    )


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("trigger_top.cpp", "scale_words::input<0, 2>", "scale_words::input<0, 3>"),
        ("trigger_top.cpp", "trigger_core::CMS_COUNTER>", "trigger_core::ATLAS_RANDOM>"),
        ("scale_words.h", "shifted > highest", "shifted >= highest"),
        ("trigger_core.h", "region.counter = ahead;", "region.counter = 0;"),
        ("trigger_tb.cpp", "return EXIT_FAILURE;", "return EXIT_SUCCESS;"),
    ],
)
def test_every_source_is_that_of_the_record(run, file, old, new):
    edit(run / "firmware/hls/trigger" / file, old, new)
    (finding,) = sentences(audit(run))
    assert finding.startswith("line ")
    assert f" of trigger/{file} must be '" in finding
    assert new in finding.partition(", not '")[2]


def test_another_rule_and_another_network(run):
    found = sentences(audit(run, Rule.ATLAS_RANDOM))
    assert found[0] == (
        "the rule of trigger/interface.json must be atlas_random/24_bits, not "
        "cms_counter/reset_at_run_start" + EDITED
    )
    assert "ATLAS_RANDOM" in found[1]
    edit(run / "firmware/hls/trigger/interface.json", '"planted"', '"other"')
    assert sentences(audit(run)) == [
        "the network of trigger/interface.json must be planted, not other" + EDITED
    ]
    edit(run / "firmware/hls/trigger/interface.json", "ap_ufixed<17,13>", "ap_ufixed<14,10>")
    assert sentences(audit(run))[1] == (
        "the scores of trigger/interface.json must be ap_ufixed<17,13>, ap_fixed<10,7>, not "
        "ap_ufixed<14,10>, ap_fixed<10,7>" + EDITED
    )


def test_a_missing_top(run):
    for path in (run / "firmware/hls/trigger").iterdir():
        path.unlink()
    checked = audit(run)
    assert checked.counts["interface entries"] == 0
    found = sentences(checked)
    assert len(found) == 1 + 7
    assert (
        f"trigger/trigger_core.h must be readable, not no such file or directory{EDITED}" in found
    )


def test_a_cut_source(run):
    path = run / "firmware/hls/trigger/trigger_core.h"
    path.write_text(path.read_text().rpartition("} // namespace trigger_core")[0])
    assert sentences(audit(run)) == [
        f"the end of trigger/trigger_core.h must be '}}', not cut{EDITED}"
    ]
    path.write_text(path.read_text() + "} // namespace trigger_core\n#endif\nint more;\n")
    (finding,) = sentences(audit(run))
    assert finding.endswith(f"of trigger/trigger_core.h must be the end, not 'int more;'{EDITED}")
