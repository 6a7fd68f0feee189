"""An HLS project as the tools would read it, and faults in its tops."""

import pytest

from tests.audit.planting import (
    CORE,
    EDITED,
    NETWORK,
    SCRIPT,
    SETTINGS,
    TOP,
    TRIGGER,
    audit_project,
    edit,
    sentences,
)


def test_a_sound_project_has_no_findings(project):
    checked = audit_project(project)
    assert checked.findings == ()
    assert checked.counts == {
        "tops": 3,
        "functions": 43,
        "pragmas": 243,
        # Words of both tops; 10 + 27 other ports with prescalers, 5 + 5 without; arrays of the top
        # of the networks.
        "ports": 56 + 10 + 27 + 56 + 4 + 5 + 3,
        "structures": 5,
        "states": 2,
        "settings": 5,
        "commands": 8,
    }


def test_a_project_without_a_trigger(project):
    checked = audit_project(project, trigger=False)
    assert checked.findings == ()
    assert (checked.counts["tops"], checked.counts["states"]) == (1, 0)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            TRIGGER,
            "PIPELINE II=1",
            "PIPELINE II=2",
            f"the interval of planted_trigger in {TRIGGER} must be 1, the reuse factor, not 2",
        ),
        (
            TOP,
            "    #pragma HLS PIPELINE II=1\n",
            "",
            f"the interval of planted in {TOP} must be 1, the reuse factor",
        ),
        (
            TRIGGER,
            "void planted_trigger(",
            "void planted_top(",
            f"top planted_trigger must be defined once, in {TRIGGER}",
        ),
        (
            TRIGGER,
            "void planted_trigger(",
            "static void planted_trigger(",
            (
                f"top planted_trigger in {TRIGGER} must be a plain function, not "
                "'static void planted_trigger('"
            ),
        ),
        (
            NETWORK,
            "void planted_network(",
            "void planted(",
            f"top planted must be defined once, in {TOP}, not {NETWORK}, {TOP}",
        ),
        (
            TOP,
            "planted_ns::second_t layer6_out[2]",
            "planted_ns::first_t layer6_out[2]",
            (
                f"the ports of planted in {TOP} must be planted_ns::inputs_t inputs[57], "
                "planted_ns::first_t layer5_out[57], planted_ns::second_t layer6_out[2], not "
                "planted_ns::inputs_t inputs[57], planted_ns::first_t layer5_out[57], "
                "planted_ns::first_t layer6_out[2]"
            ),
        ),
    ],
)
def test_each_planted_fault_is_named(project, file, old, new, sentence):
    edit(project / file, old, new)
    assert sentence + EDITED in sentences(audit_project(project))


def test_a_top_in_a_namespace(project):
    text = (project / TRIGGER).read_text()
    end = "} // namespace planted_trigger_ns\n"
    (project / TRIGGER).write_text(text.replace(end, "") + end)
    assert sentences(audit_project(project))[:2] == [
        f"top {top} in {TRIGGER} must stand outside of any namespace, not in planted_trigger_ns"
        + EDITED
        for top in ("planted_trigger", "planted_algorithm_bits")
    ]


@pytest.mark.parametrize("file", [NETWORK, TOP, CORE, TRIGGER, SETTINGS, SCRIPT])
def test_a_missing_file(project, file):
    (project / file).unlink()
    found = sentences(audit_project(project))
    reason = "No such file or directory" if file == SETTINGS else "no such file or directory"
    name = project / file if file == SETTINGS else file
    assert f"{name} must be readable, not {reason}{EDITED}" in found
