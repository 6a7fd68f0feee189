"""Scores and programs rendered as a traced circuit, at the widths that their intervals need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alkaid.trace import FVariable

from trigger_ad.ir.expression import OPERATIONS, PORT, Expression
from trigger_ad.ir.operations.operation import Operation
from trigger_ad.ir.program import Program
from trigger_ad.ir.score import Score
from trigger_ad.ir.typed import Typed, type_of
from trigger_ad.rtl.cast import cast
from trigger_ad.rtl.gates import Vector, Wiring

__all__ = ["trace_program", "trace_score"]

Ports = Mapping[str, Sequence[FVariable]]


def trace_score(score: Score, ports: Ports) -> FVariable:
    """Render a score.

    Parameters
    ----------
    score : Score
    ports : mapping of str to sequence of FVariable
        The elements of every port.

    Returns
    -------
    FVariable
        The score; it fits `Score.type`.
    """
    (result,) = _Renderer(score.typed, ports).render(score.expression)
    return cast(result, score.type)


def trace_program(program: Program, ports: Ports) -> dict[str, Vector]:
    """Render a program.

    Parameters
    ----------
    program : Program
    ports : mapping of str to sequence of FVariable
        The elements of every input that is read, of the whole range of their bits.

    Returns
    -------
    dict of list of FVariable
        The elements of every output; each fits the output's type.
    """
    renderer = _Renderer(program.typed, ports)
    return {
        name: [cast(value, type_of(program.typed.signal(node))) for value in renderer.render(node)]
        for name, node in program.outputs.items()
    }


class _Renderer:
    """Renders each part of an expression once."""

    def __init__(self, typed: Typed, ports: Ports) -> None:
        self.typed, self.ports = typed, ports
        self.hwconf = next((wire.hwconf for wires in ports.values() for wire in wires), (1, 1, -1))
        self.done: dict[Expression, Vector] = {}

    def render(self, node: Expression) -> Vector:
        if node not in self.done:
            self.done[node] = self._render(node)
        return self.done[node]

    def _render(self, node: Expression) -> Vector:
        if node.operation == PORT:
            return list(self.ports[node.name])
        return _operation(node).trace(self.typed.call(node), _Gates(self, node))

    def argument(self, node: Expression, index: int) -> Expression:
        """Argument of an operation; of an even one, a difference taken the way that is cheaper.

        Bits of the first operand below the LSB of the second need no subtraction.
        """
        argument = node.arguments[index]
        if not _operation(node).even or argument.operation == PORT:
            return argument
        if _operation(argument).antisymmetric:
            first, second = argument.arguments
            if self.typed.signal(first).fraction < self.typed.signal(second).fraction:
                return second.apply(argument.operation, first)
        return argument


class _Gates(Wiring):
    """What one operation is traced with; its arguments are rendered when they are asked for."""

    def __init__(self, renderer: _Renderer, node: Expression) -> None:
        super().__init__(renderer.hwconf)
        self.renderer, self.node = renderer, node

    def argument(self, index: int) -> Vector:
        return self.renderer.render(self.renderer.argument(self.node, index))

    def terms(self, index: int) -> tuple[Vector, Vector]:
        argument = self.renderer.argument(self.node, index)
        if argument.operation != PORT:
            terms = _operation(argument).terms
            if terms is not None:
                call = self.renderer.typed.call(argument)
                return terms(call, _Gates(self.renderer, argument))
        return self.renderer.render(argument), []

    def render(self, node: Expression) -> Vector:
        return self.renderer.render(node)


def _operation(node: Expression) -> Operation:
    return OPERATIONS[node.operation]
