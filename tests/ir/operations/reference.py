"""What every operation means, in exact rational numbers, one event at a time."""

from fractions import Fraction
from math import floor

from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.typed import Typed

Vector = list[Fraction]


def evaluate(expression: Expression, event: dict[str, Vector], typed: Typed) -> Vector:
    """Elements of an expression in real units."""

    def visit(node, arguments):
        if node.operation == "port":
            return event[node.name]
        signals = [typed.signal(argument) for argument in node.arguments]
        return MEANINGS[node.operation](node, arguments, signals)

    return fold(expression, visit)


def _pairwise(function):
    def meaning(node, arguments, signals):
        left, right = arguments
        size = max(len(left), len(right))
        left, right = (v * size if len(v) == 1 else v for v in (left, right))
        return [function(a, b) for a, b in zip(left, right, strict=True)]

    return meaning


def _each(function):
    return lambda node, arguments, signals: [function(node, v, signals[0]) for v in arguments[0]]


def _all(function):
    return lambda node, arguments, signals: [Fraction(function(arguments[0]))]


def _segments(function):
    def meaning(node, arguments, signals):
        (values,) = arguments
        starts = range(0, len(values), node.parameter)
        return [function(values[i : i + node.parameter]) for i in starts]

    return meaning


def _lsb(fraction: int) -> Fraction:
    return Fraction(2) ** -fraction


def _wrap(node, value, signal):
    """The one number a whole number of periods away in the interval."""
    period = node.values[0] * _lsb(node.parameter)
    lsb = _lsb(max(signal.fraction, node.parameter))
    lowest = -(period / lsb // 2) * lsb
    found = value - period * ((value - lowest) // period)
    assert lowest <= found < lowest + period
    return found


def _log2(node, value, signal):
    if value < 1:
        return Fraction(0)
    exponent = floor(value).bit_length() - 1
    lsb = _lsb(node.parameter)
    return (exponent + value / 2**exponent - 1) // lsb * lsb


def _saturate(node, value, signal):
    lsb, width = _lsb(signal.fraction), node.parameter
    low, high = (-(2 ** (width - 1)), 2 ** (width - 1) - 1) if signal.signed else (0, 2**width - 1)
    return min(max(value, low * lsb), high * lsb)


def _shorten(node, value, signal):
    step = _lsb(signal.fraction - node.parameter)
    return value // step * step


def _table(node, value, signal):
    return node.values[int(value / _lsb(signal.fraction)) - signal.low] * _lsb(node.parameter)


def _take(node, arguments, signals):
    return [arguments[0][place] for place in node.values]


MEANINGS = {
    "add": _pairwise(lambda a, b: a + b),
    "subtract": _pairwise(lambda a, b: a - b),
    "multiply": _pairwise(lambda a, b: a * b),
    "maximum": _pairwise(max),
    "minimum": _pairwise(min),
    "absolute": _each(lambda node, v, signal: abs(v)),
    "square": _each(lambda node, v, signal: v * v),
    "offset": _each(lambda node, v, signal: v + node.parameter),
    "filled": _each(lambda node, v, signal: Fraction(v != 0)),
    "wrap": _each(_wrap),
    "log2": _each(_log2),
    "saturate": _each(_saturate),
    "shorten": _each(_shorten),
    "table": _each(_table),
    "sum": _all(sum),
    "largest": _all(max),
    "smallest": _all(min),
    "argument_of_maximum": _all(lambda values: values.index(max(values))),
    "segment_sum": _segments(sum),
    "segment_maximum": _segments(max),
    "dot": lambda node, arguments, signals: [
        sum(a * b for a, b in zip(*arguments, strict=True)) or Fraction(0)
    ],
    "take": _take,
    "join": lambda node, arguments, signals: arguments[0] + arguments[1],
    "constant": lambda node, arguments, signals: [v * _lsb(node.parameter) for v in node.values],
}
