"""State that does not begin with zeros, planted in an HLS project."""

import pytest

from tests.audit.planting import (
    CORE,
    EDITED,
    NETWORK,
    TRIGGER,
    audit_project,
    edit,
    records,
    sentences,
)
from tests.blocks import trigger as hardware
from trigger_ad.audit.top import check_top

ZEROS = "must begin with zeros, without an initialiser, not "


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            CORE,
            "    count_t latched_before, latched_after;\n",
            "    count_t latched_before, latched_after;\n    Region() : enable(true) {}\n",
            f"structure Region in {CORE} must have no constructor, not 'Region() : enable(true)'",
        ),
        (
            CORE,
            "    ap_uint<5> wait; //",
            "    ap_uint<5> wait; Cuts() = default; //",
            f"structure Cuts in {CORE} must have no constructor, not 'Cuts() = default'",
        ),
        (
            CORE,
            "    random_t random_flips;",
            "    random_t random_flips = 1;",
            (
                f"structure State in {CORE} must give no member a value, not "
                "'random_t random_flips = 1'"
            ),
        ),
        (
            CORE,
            "    bool enable;",
            "    bool enable{true};",
            f"structure Region in {CORE} must give no member a value, not 'bool enable'",
        ),
        (
            TRIGGER,
            "::state_t state;",
            "::state_t state = planted_trigger_ns::state_t();",
            (
                f"the state of planted_trigger in {TRIGGER} {ZEROS}"
                "'static planted_trigger_ns::state_t state = planted_trigger_ns::state_t()'"
            ),
        ),
        (
            TRIGGER,
            "::cuts_t cuts;",
            "::cuts_t cuts{1, 1, 0};",
            (
                f"the state of planted_algorithm_bits in {TRIGGER} {ZEROS}"
                "'static planted_trigger_ns::cuts_t cuts'"
            ),
        ),
        (
            TRIGGER,
            "::state_t state;",
            "::state_t state(1);",
            (
                f"the state of planted_trigger in {TRIGGER} {ZEROS}"
                "'static planted_trigger_ns::state_t state(1)'"
            ),
        ),
        (
            TRIGGER,
            "    #pragma HLS RESET variable=state\n",
            "",
            f"the state state of planted_trigger in {TRIGGER} must have the pragma RESET",
        ),
        (
            TRIGGER,
            "    #pragma HLS RESET variable=cuts\n",
            "    #pragma HLS RESET variable=cuts off\n",
            f"the state cuts of planted_algorithm_bits in {TRIGGER} must have the pragma RESET",
        ),
        (
            CORE,
            "static const int LEAP = 23;",
            "static int LEAP = 23;",
            f"variable 'static int LEAP = 23' in {CORE} must be a constant or the state of a top",
        ),
        (
            CORE,
            "inline void count(count_t &counter, bool event) {\n    #pragma HLS INLINE\n",
            (
                "inline void count(count_t &counter, bool event) {\n    #pragma HLS INLINE\n"
                "    if (event) {\n        static count_t seen;\n        #pragma HLS RESET "
                "variable=seen\n    }\n"
            ),
            (
                f"variable 'static count_t seen' in count in {CORE} must be a constant or the "
                "state of a top"
            ),
        ),
        (
            TRIGGER,
            "    static planted_trigger_ns::state_t state;\n    #pragma HLS RESET variable=state\n",
            "    planted_trigger_ns::state_t state;\n",
            "top planted_trigger must have its state",
        ),
    ],
)
def test_each_planted_fault_is_named(project, file, old, new, sentence):
    edit(project / file, old, new)
    assert sentence + EDITED in sentences(audit_project(project))


def test_a_simulation_may_remember_what_it_loaded(project):
    """What is not synthesised is no state: the network loads its weights once."""
    text = (project / NETWORK).read_text()
    assert "static bool loaded_weights = false;" in text
    edit(project / NETWORK, "#ifndef __SYNTHESIS__\n", "")
    edit(project / NETWORK, "#endif\n", "")
    assert (
        f"variable 'static bool loaded_weights = false' in planted_network in {NETWORK} must be a "
        f"constant or the state of a top{EDITED}"
    ) in sentences(audit_project(project))


def test_faults_of_shipped_sources_are_seen_too(run, monkeypatch):
    """A fault in what is shipped is in every project, and is no difference from it."""
    path = run / "firmware/hls" / CORE
    edit(path, "    random_t random_flips;", "    random_t random_flips = 1;")
    texts = {CORE.rpartition("/")[2]: path.read_text()}
    monkeypatch.setattr("trigger_ad.audit.top.top_sources", lambda *_: texts)
    assert check_top(run / "firmware/hls", hardware(*records(run))).findings == ()
    assert len(audit_project(run / "firmware/hls").findings) == 1
