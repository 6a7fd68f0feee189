"""What the scripts of an HLS project say to the tool, with faults planted in them."""

import pytest

from tests.audit.planting import EDITED, NAME, SCRIPT, SETTINGS, audit_project, edit, sentences
from trigger_ad.audit.hls_project import check_hls_project


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            SCRIPT,
            "set_top ${project_name}",
            "set_top myproject",
            f"set_top in {SCRIPT} must be 'set_top ${{project_name}}', not 'set_top myproject'",
        ),
        (
            SCRIPT,
            "add_files firmware/${project_name}.cpp",
            "add_files firmware/other.cpp",
            (
                f"add_files in {SCRIPT} must be 'add_files firmware/${{project_name}}.cpp -cflags "
                '"-std=c++0x"\', not \'add_files firmware/other.cpp -cflags "-std=c++0x"\''
            ),
        ),
        (
            SETTINGS,
            'set project_name "planted"',
            'set project_name "other"',
            f"project_name in {SETTINGS} must be planted, not other",
        ),
        (
            SETTINGS,
            "set clock_period 4.158",
            "set clock_period 4.166",
            f"clock_period in {SETTINGS} must be 4.158, not 4.166",
        ),
        (
            SETTINGS,
            "set clock_period 4.158",
            "set clock_period 4.158\nset clock_period 5",
            f"clock_period in {SETTINGS} must be set once, not 2 times",
        ),
        (
            SETTINGS,
            "set clock_period 4.158",
            "set clock_period fast",
            f"clock_period in {SETTINGS} must be a number of ns, not 'fast'",
        ),
        (SETTINGS, "set part ", "# ", f"part in {SETTINGS} must be set once, not 0 times"),
        (
            SETTINGS,
            "xcvu13p-flga2577-2-e",
            "xcvu9p-flga2577-2-e",
            f"part in {SETTINGS} must be xcvu13p-flga2577-2-e, not xcvu9p-flga2577-2-e",
        ),
        (
            SETTINGS,
            "set maximum_size 4096",
            "set maximum_size 1024",
            f"maximum_size in {SETTINGS} must be 4096, not 1024",
        ),
        (
            SCRIPT,
            "create_clock -period $clock_period",
            "create_clock -period 5",
            (
                f"create_clock in {SCRIPT} must be 'create_clock -period $clock_period -name "
                f"default', "
                "not 'create_clock -period 5 -name default'"
            ),
        ),
        (
            SCRIPT,
            "open_solution -reset",
            "set clock_period 5\nopen_solution -reset",
            f"line 'set clock_period 5' of {SCRIPT} must stand in {SETTINGS}",
        ),
        (
            SCRIPT,
            "catch {config_array_partition -maximum_size $maximum_size}\n",
            "",
            (
                f"config_array_partition in {SCRIPT} must be "
                "'catch {config_array_partition -maximum_size $maximum_size}'"
            ),
        ),
        (
            SCRIPT,
            "config_compile -name_max_length 80",
            "config_compile -name_max_length 20",
            (
                f"config_compile in {SCRIPT} must be 'config_compile -name_max_length 80', not "
                "'config_compile -name_max_length 20'"
            ),
        ),
        (
            SCRIPT,
            "config_schedule -enable_dsp_full_reg=false\n",
            "",
            f"config_schedule in {SCRIPT} must be 'config_schedule -enable_dsp_full_reg=false'",
        ),
    ],
)
def test_each_planted_fault_is_named(project, file, old, new, sentence):
    edit(project / file, old, new)
    assert sentence + EDITED in sentences(audit_project(project))


def test_without_what_was_asked_for(project):
    edit(project / SETTINGS, "clock_period 4.158", "clock_period 5")
    checked = check_hls_project(project, NAME, True)
    assert checked.findings == ()
    assert checked.counts["settings"] == 2
