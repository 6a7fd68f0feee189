"""Every way to run a program, each from the same raw integers to the same raw integers."""

import ctypes
import shutil
from fractions import Fraction
from pathlib import Path

import hls4ml
import numpy as np
from alkaid.trace import FVariable

from tests.ir.operations.reference import evaluate
from trigger_ad.hls.compile import COMPILER
from trigger_ad.hls.program import render_program
from trigger_ad.hls.steps import Port
from trigger_ad.ir.program import Program
from trigger_ad.rtl.optimise import optimised
from trigger_ad.rtl.score import trace_program
from trigger_ad.rtl.trace import _raw
from trigger_ad.storage.commands import run
from trigger_ad.storage.shipped import shipped_path

AP_TYPES = Path(hls4ml.__file__).parent / "templates/vivado/ap_types"


def events(program: Program, rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Random values, all at either end, each alone at either end, random ends, and near zero."""
    found = {}
    for name, kind in program.inputs.items():
        low, high = np.array(kind.signal.minimum), np.array(kind.signal.maximum)
        random = rng.integers(low, high, (count, kind.size), endpoint=True)
        alone = np.repeat(np.clip(0, low, high)[None], 2 * kind.size, axis=0)
        alone[np.arange(kind.size), np.arange(kind.size)] = low
        alone[kind.size + np.arange(kind.size), np.arange(kind.size)] = high
        picked = np.where(rng.random((count, kind.size)) < 0.5, low, high)
        small = np.clip(rng.integers(-2, 3, (count, kind.size)), low, high)
        found[name] = np.concatenate([low[None], high[None], alone, random, picked, small])
    most = max(len(values) for values in found.values())
    return {name: rng.permutation(np.resize(v, (most, v.shape[1]))) for name, v in found.items()}


def reference(program: Program, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By rational numbers."""
    lsb = {name: Fraction(2) ** -kind.type.fraction for name, kind in program.inputs.items()}
    result = {name: [] for name in program.outputs}
    for index in range(len(next(iter(values.values())))):
        event = {name: [int(v) * lsb[name] for v in array[index]] for name, array in values.items()}
        for name, expression in program.outputs.items():
            scale = Fraction(2) ** program.signals[name].fraction
            row = [v * scale for v in evaluate(expression, event, program.typed)]
            assert all(v.denominator == 1 for v in row)
            result[name].append([int(v) for v in row])
    return {name: np.array(rows) for name, rows in result.items()}


def wire(low: float, high: float, lsb: float) -> FVariable:
    """A number of the whole range of its bits, as the optimiser of circuits takes it to be."""
    found = FVariable(low, high, lsb, latency=0.0, hwconf=(1, 1, -1))
    if low == high:
        return found
    return FVariable.from_kif(*found.kif, latency=0.0, hwconf=(1, 1, -1))


def circuit(program: Program):
    """Traced program, and the elements of its inputs that have wires."""
    ports, wired, inputs = {}, [], []
    for name, kind in program.inputs.items():
        signal, lsb = kind.signal, kind.type.lsb
        ports[name] = [wire(low * lsb, high * lsb, lsb) for low, high in signal.pairs]
        for i, (low, high) in enumerate(signal.pairs):
            if low < high:
                wired.append((name, i, lsb))
                inputs.append(ports[name][i])
    outputs = trace_program(program, ports)
    return optimised(inputs, [v for vector in outputs.values() for v in vector]), wired


def interpret(program: Program, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By the interpreter of the traced circuit."""
    logic, wired = circuit(program)
    words = np.stack([values[name][:, i] * lsb for name, i, lsb in wired], axis=1)
    found = logic.predict(np.ascontiguousarray(words, dtype=np.float64), n_threads=1)
    result, start = {}, 0
    for name, signal in program.signals.items():
        part = found[:, start : start + signal.size]
        result[name] = _raw(part, program.type(name))
        start += signal.size
    return result


def simulate(program: Program, values: dict[str, np.ndarray], folder: Path):
    """By the C++ that is rendered, compiled."""
    library = ctypes.CDLL(str(compiled(program, folder)))
    ordered = [values[name] for name in program.used]
    words = np.ascontiguousarray(np.concatenate(ordered, axis=1), dtype=np.int64)
    sizes = {name: signal.size for name, signal in program.signals.items()}
    found = np.empty((len(words), sum(sizes.values())), dtype=np.int64)
    pointer = ctypes.POINTER(ctypes.c_int64)
    library.run(words.ctypes.data_as(pointer), len(words), found.ctypes.data_as(pointer))
    starts = np.cumsum([0, *sizes.values()])
    return {name: found[:, starts[i] : starts[i + 1]] for i, name in enumerate(sizes)}


def header(program: Program) -> str:
    """What `render_program` writes of a program whose ports are as it wants them."""
    ports = {
        name: Port(name, str(kind.type), kind.type, kind.size)
        for name, kind in program.inputs.items()
    }
    return render_program("net", "net.h", program, ports)


def compiled(program: Program, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "net.h").write_text('#include "ap_fixed.h"\n')
    (folder / "prepare.h").write_text(header(program))
    shutil.copy(shipped_path("firmware", "hls", "score_ops.h"), folder)
    (folder / "main.cpp").write_text(_main(program))
    library = folder / "program.so"
    flags = ("-O0", "-std=c++17", "-fPIC", "-shared", "-w")
    places = (f"-I{folder}", f"-I{AP_TYPES}", str(folder / "main.cpp"), "-o", str(library))
    run([COMPILER, *flags, *places], "the compilation of a program", folder / "log", 300)
    return library


def _main(program: Program) -> str:
    lines = ['#include "prepare.h"', 'extern "C" void run(']
    lines += ["    const long long *in, long long events, long long *out) {"]
    lines += ["    for (long long event = 0; event < events; event++) {"]
    names = []
    for name in program.used:
        kind = program.inputs[name]
        lines += [
            f"        {kind.type} {name}[{kind.size}];",
            f"        for (int i = 0; i < {kind.size}; i++, in++)",
            f"            {name}[i].range() = ap_int<64>(*in).range({kind.type.width - 1}, 0);",
        ]
        names.append(name)
    for name, signal in program.signals.items():
        lines.append(f"        net::{program.name}_{name}_t {name}[{signal.size}];")
        names.append(name)
    lines.append(f"        net::{program.name}({', '.join(names)});")
    for name, signal in program.signals.items():
        lines += [
            f"        for (int i = 0; i < {signal.size}; i++, out++)",
            f"            *out = score_ops::raw({name}[i]).to_int64();",
        ]
    return "\n".join([*lines, "    }", "}"]) + "\n"
