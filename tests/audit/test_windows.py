"""Edits of what reads windows in a written project are found."""

from pathlib import Path

import pytest

from tests.audit.planting import edit, sentences
from tests.convert.conftest import settings
from tests.hls import networks
from trigger_ad.audit.text import REMEDY
from trigger_ad.audit.written import check_written
from trigger_ad.convert.project import convert
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.node import Node

PARAMETERS, CALLS = "parameters.h", "zoo_network.cpp"
WINDOWS = "nnet_utils/nnet_windows.h"
ONE_TABLE = (
    "the places of layer net_place must be one table of whole numbers, with nothing else of the "
    f"name: {REMEDY}"
)


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    nodes = (
        Node("place", Convolution(2, (2,), padding="same"), relu=True),
        Node("end", MaximumPooling((2,)), ("place",)),
    )
    sketch = networks.Sketch(Architecture("net", (4, 2), nodes, "end"), networks.bits())
    project = tmp_path_factory.mktemp("windows") / "hls"
    return project, convert(networks.quantised((sketch,), 3), settings(), project)


@pytest.fixture
def project(converted):
    """The project, whose edits are taken back."""
    folder, _ = converted
    files = [folder / "firmware" / name for name in (PARAMETERS, WINDOWS, CALLS)]
    texts = {file: file.read_text() for file in files}
    yield folder
    for file, text in texts.items():
        file.write_text(text)


def audit(project: Path, network) -> list[str]:
    return sentences(check_written(project, network, *networks.full_range(network)))


def test_a_sound_project_has_no_findings(project, converted):
    assert audit(project, converted[1]) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        (PARAMETERS, " 0, 1,", " 1, 0,", "places of layer net_place as written must be that of "),
        (PARAMETERS, "-1", "0-1", ONE_TABLE),
        (PARAMETERS, "-1", "99999999999", ONE_TABLE),
        (PARAMETERS, "-1", "", ONE_TABLE),
        (PARAMETERS, "places[index];", "places[index ^ 1];", ONE_TABLE),
        (
            PARAMETERS,
            "static int place(unsigned index) {",
            "static int place(int index) { return 0; }\n    static int place(unsigned index) {",
            ONE_TABLE,
        ),
        (PARAMETERS, "    static int place(", "#ifdef X\n    static int place(", ONE_TABLE),
        (
            PARAMETERS,
            "n_source = 8",
            "n_source = 7",
            f"the input of layer net_place must be 7 x inputs_t, not 8 x inputs_t: {REMEDY}",
        ),
        (
            WINDOWS,
            "if (other > largest)",
            "if (other < largest)",
            (
                f"line 53 of firmware/{WINDOWS} must be 'if (other > largest)', not "
                f"'if (other < largest)': {REMEDY}"
            ),
        ),
        (
            CALLS,
            "nnet::maximum_windows",
            "nnet::linear_windows",
            (
                "layer net, linear_windows, must be given 2 arrays besides its sources and its "
                f"result, not 0: {REMEDY}"
            ),
        ),
    ],
)
def test_an_edit_is_found(file, before, after, sentence, project, converted):
    edit(project / "firmware" / file, before, after)
    assert any(found.startswith(sentence) for found in audit(project, converted[1]))
