"""Pragmas in the wrong place, planted in an HLS project."""

import pytest

from tests.audit.planting import EDITED, NETWORK, TRIGGER, audit_project, edit, sentences


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            NETWORK,
            "    #pragma HLS INLINE\n",
            "    #pragma HLS INLINE\n    #pragma HLS INTERFACE ap_vld port=inputs,layer5_out\n",
            (
                f"pragma 'INTERFACE ap_vld port=inputs,layer5_out' of planted_network in {NETWORK} "
                "must stand in a top, not in a function that is called"
            ),
        ),
        (
            NETWORK,
            "    #pragma HLS INLINE\n",
            "    #pragma HLS INLINE\n    #pragma HLS PIPELINE II=1\n",
            (
                f"pragma 'PIPELINE II=1' of planted_network in {NETWORK} must stand in a top, not "
                f"in a "
                "function that is called"
            ),
        ),
        (
            NETWORK,
            "    #pragma HLS INLINE\n",
            "    #pragma HLS INLINE\n    #pragma HLS ARRAY_RESHAPE variable=inputs complete\n",
            (
                f"pragma 'ARRAY_RESHAPE variable=inputs complete' of planted_network in {NETWORK} "
                f"must "
                "name an array that the function declares, not one of its caller"
            ),
        ),
        (
            NETWORK,
            "    #pragma HLS INLINE\n",
            "",
            f"function planted_network in {NETWORK} must have the pragma INLINE",
        ),
        (
            NETWORK,
            "    #pragma HLS INLINE\n",
            "    #pragma HLS INLINE off\n",
            f"function planted_network in {NETWORK} must have the pragma INLINE",
        ),
        (
            TRIGGER,
            "    score1_t value1;\n",
            (
                "    #pragma HLS array_partition variable=latched_after complete\n"
                "    score1_t value1;\n"
            ),
            (
                f"pragma 'array_partition variable=latched_after complete' of crossing in "
                f"{TRIGGER} "
                "must name an array that the function declares, not one of its caller"
            ),
        ),
        (
            "firmware/score.h",
            "variable=step0 complete",
            "variable=input_port complete",
            (
                "pragma 'ARRAY_PARTITION variable=input_port complete' of score1 in "
                "firmware/score.h "
                "must name an array that the function declares, not one of its caller"
            ),
        ),
        (
            TRIGGER,
            "    #pragma HLS INTERFACE ap_none port=prescale_2\n",
            "",
            f"port prescale_2 of planted_trigger in {TRIGGER} must have one interface, not 0",
        ),
        (
            TRIGGER,
            "    #pragma HLS INTERFACE ap_none port=prescale_2\n",
            "    #pragma HLS INTERFACE ap_none port=prescale_2\n" * 2,
            f"port prescale_2 of planted_trigger in {TRIGGER} must have one interface, not 2",
        ),
        (
            TRIGGER,
            "    #pragma HLS INTERFACE ap_ctrl_none port=return\n",
            (
                "    #pragma HLS INTERFACE ap_ctrl_none port=return\n"
                "    #pragma HLS INTERFACE ap_none port=prescale\n"
            ),
            (
                f"the interface prescale of planted_trigger in {TRIGGER} must be that of a port, "
                f"not "
                "of none"
            ),
        ),
    ],
)
def test_each_planted_fault_is_named(project, file, old, new, sentence):
    edit(project / file, old, new)
    assert sentence + EDITED in sentences(audit_project(project))
