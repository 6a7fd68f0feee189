"""The network that is called has no pragma of a top; the top by itself has all of them."""

import re

import pytest

from trigger_ad.audit.cpp import pragmas, read
from trigger_ad.convert.inlining import make_inline
from trigger_ad.errors import ConversionError


def function(path):
    (found,) = read(path.read_text()).functions
    return found


def test_pragmas_go_to_the_top(project):
    folder, network = project
    firmware = folder / "firmware"
    called, top = function(firmware / "zoo_network.cpp"), function(firmware / "zoo.cpp")
    assert (called.scope, called.name) == ("zoo_ns", "zoo_network")
    assert (top.scope, top.name) == ("", "zoo")
    assert top.arguments == tuple(f"zoo_ns::{argument}" for argument in called.arguments)
    assert {pragma.kind for pragma in pragmas(called.body)} == {"INLINE", "ARRAY_PARTITION"}
    partitioned = {p.get("variable") for p in pragmas(called.body)} - {None}
    assert partitioned == set(re.findall(r"^ *\w+ (\w+)\[\d+\];$", called.body, re.M))
    assert [pragma.kind for pragma in pragmas(top.body)] == [
        "ARRAY_RESHAPE",
        *["ARRAY_PARTITION"] * len(network.outputs),
        "INTERFACE",
        "PIPELINE",
    ]


def test_headers_and_sources_fit(project):
    firmware = project[0] / "firmware"
    assert '#include "zoo_network.h"' in (firmware / "zoo_network.cpp").read_text()
    assert '#include "zoo_network.h"' in (firmware / "zoo.h").read_text()
    assert "void zoo_network(" in (firmware / "zoo_network.h").read_text()
    guards = [
        re.search(r"#ifndef (\w+)", (firmware / name).read_text())[1]
        for name in ("zoo.h", "zoo_network.h")
    ]
    assert guards == ["ZOO_H_", "ZOO_NETWORK_H_"]


def test_another_text_is_refused(project):
    """One that is split already, too."""
    with pytest.raises(ConversionError) as caught:
        make_inline(project[0], "zoo")
    assert str(caught.value) == (
        "zoo.h must declare zoo in a namespace: report the network; hls4ml wrote another text than "
        "it used to"
    )
    source = project[0] / "firmware" / "zoo.cpp"
    source.write_text(source.read_text().replace("void zoo(", "void other("))
    with pytest.raises(ConversionError) as caught:
        make_inline(project[0], "zoo")
    assert str(caught.value) == (
        "zoo.cpp must define zoo once: report the network; hls4ml wrote another text than it used "
        "to"
    )
