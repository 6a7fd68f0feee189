"""Kill run, emulate, generate and monitor at random moments and hold what they leave to the bit.

    python tools/check_kills.py CONFIG --out FOLDER [--kills 18] [--seed 1]

CONFIG is a configuration whose run is short. Each verb goes through once undisturbed; then it is
killed with SIGKILL at moments drawn over that time and started again, until it was killed as often
as its share says, and at last left to its end. All files must be those of the undisturbed one, byte
for byte, but for the times in manifests. The exit code is 1 where one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from trigger_ad.events.packaged import packaged
from trigger_ad.monitor.toys import Plan, simulate
from trigger_ad.storage.files import digest
from trigger_ad.storage.shipped import shipped_path

TRIGGER_AD = (sys.executable, "-m", "trigger_ad.cli")

#: Luminosity sections, so that a monitor works for some seconds.
SECTIONS = 6000


@dataclass(frozen=True)
class Verb:
    """One command that can be killed.

    Parameters
    ----------
    name : str
    command : callable
        Arguments, for a folder of results.
    results : callable
        What is left in that folder, as hashes by name.
    """

    name: str
    command: Callable[[Path], Sequence[object]]
    results: Callable[[Path], dict[str, str]]


def verbs(config: Path, inputs: Path) -> tuple[Verb, ...]:
    """The four, on small inputs of their own in a folder."""
    counts = inputs / "counts.jsonl"
    counts.write_text("".join(c.to_line() for c in simulate("quiet", 3, Plan(SECTIONS))))
    model, events = shipped_path("models", "double_ae_zb"), packaged("zero_bias_30k")
    return (
        Verb("run", lambda out: ("run", config, "--out", out / "run"), _of_a_run),
        Verb(
            "emulate",
            lambda out: ("emulate", model, "--input", events, "--out", out / "scores.h5"),
            _files,
        ),
        Verb(
            "generate",
            lambda out: (
                "generate", "adc2021", "--process", "leptoquark", "--events", 600, "--seed", 1,
                "--workers", 2, "--out", out / "events.h5",
            ),
            lambda out: {"events.h5": digest(out / "events.h5")},
        ),
        Verb(
            "monitor",
            lambda out: ("monitor", counts, "--state", out / "state.json", "--every", 1),
            _files,
        ),
    )  # fmt: skip


def _files(out: Path) -> dict[str, str]:
    return {str(path.relative_to(out)): digest(path) for path in out.rglob("*") if path.is_file()}


def _of_a_run(out: Path) -> dict[str, str]:
    """All outputs of the stages, and their keys."""
    stages = json.loads((out / "run/manifest.json").read_text())["stages"]
    found = {f"key of {name}": str(entry["key"]) for name, entry in stages.items()}
    for entry in stages.values():
        found |= {name: digest(out / "run" / name) for name in entry["outputs"]}
    return found


def start(verb: Verb, out: Path) -> subprocess.Popen[bytes]:
    """Begin a verb, in a group of its own, its words in a log."""
    with (out.parent / f"{out.name}.log").open("ab") as log:
        return subprocess.Popen(
            [*TRIGGER_AD, *map(str, verb.command(out))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )


def killed(process: subprocess.Popen[bytes], after: float) -> bool:
    """Whether it was still running after so many seconds, and was killed."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def check(verb: Verb, folder: Path, kills: int, rng: np.random.Generator) -> list[str]:
    """Names of what differs after so many kills."""
    whole, torn = folder / f"{verb.name}_whole", folder / f"{verb.name}_killed"
    for out in (whole, torn):
        out.mkdir(parents=True)
    begin = time.monotonic()
    if start(verb, whole).wait():
        return ["the undisturbed command failed"]
    took = time.monotonic() - begin
    moments: list[float] = []
    while len(moments) < kills:
        # What was done stays done, so that the time that is left shrinks with the kills.
        moment = float(rng.uniform(0, took / (1 + len(moments) / 2)))
        if killed(start(verb, torn), moment):
            moments.append(moment)
        else:  # it came to its end before, and begins anew
            shutil.rmtree(torn)
            torn.mkdir()
    if start(verb, torn).wait():
        return ["the command after the kills failed"]
    wanted, found = verb.results(whole), verb.results(torn)
    different = [name for name in wanted | found if wanted.get(name) != found.get(name)]
    said = ", ".join(f"{moment:.1f}" for moment in moments)
    print(
        f"{verb.name:<9} {took:6.1f} s undisturbed; killed {kills} times, after {said} s; "
        f"{len(wanted)} results, {len(different)} different"
    )
    return different


def main() -> None:
    """Share the kills out and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="new folder, which stays")
    parser.add_argument("--kills", type=int, default=18, help="of all verbs together")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    chosen = verbs(options.config, options.out)
    rng = np.random.default_rng(options.seed)
    shares = [len(part) for part in np.array_split(np.arange(options.kills), len(chosen))]
    wrong = {
        verb.name: different
        for verb, share in zip(chosen, shares, strict=True)
        if (different := check(verb, options.out, share, rng))
    }
    sys.exit(f"different: {wrong}" if wrong else 0)


if __name__ == "__main__":
    main()
