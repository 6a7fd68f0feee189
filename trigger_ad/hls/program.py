"""Programs in C++."""

from __future__ import annotations

from collections.abc import Mapping

from trigger_ad.hls.steps import Port, Step, steps, used
from trigger_ad.ir.expression import walk
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.program import Program
from trigger_ad.storage.templates import render

__all__ = ["program_steps", "render_program"]


def program_steps(program: Program) -> tuple[Step, ...]:
    """Operations of a program in the order of their evaluation."""
    return steps(program.typed, program.outputs.values())


def render_program(
    namespace: str, include: str, program: Program, ports: Mapping[str, Port]
) -> str:
    """C++ header with the function of a program, which has its name.

    It takes the ports that are read, in the order of their first use, then one array for each
    output, of the type ``PROGRAM_OUTPUT_t`` that the header defines: fixed-point, as a port is.

    Parameters
    ----------
    namespace, include
        As of `render_scores`.
    program : Program
    ports : mapping of str to Port
        The inputs of the program as the firmware has them.

    Raises
    ------
    ConversionError
        If an input has another type or size than its port.
    """
    for name in (program.name, *program.outputs):
        check_name("a name in a program", name)
    found = program_steps(program)
    arrays = used(found, f"program {program.name}", program.inputs, ports)
    places = dict(zip(walk(program.outputs.values()), found, strict=True))
    outputs = [
        {"name": name, "step": places[expression]} for name, expression in program.outputs.items()
    ]
    return render(
        "hls/program.h.j2",
        namespace=namespace,
        include=include,
        name=program.name,
        ports=arrays,
        steps=found,
        outputs=outputs,
    )
