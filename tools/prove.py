"""Prove the assertions of the trigger core for every prescale rule: ``make prove``.

By induction with all counters at 32 bits, for ever; and bounded, with counts of two bits that fill
within the depth, where every cover must be reached too. Exits with 1 if anything is left open.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from trigger_ad.rtl import proof
from trigger_ad.trigger.rule import Rule

#: What the core calls each rule.
NUMBERS = {Rule.CMS_COUNTER: 0, Rule.CMS_COUNTER_2019: 1, Rule.ATLAS_RANDOM: 2}


def main() -> int:
    """Run both proofs for every rule, for unsigned and signed scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=6, help="clocks of the bounded proof")
    depth = parser.parse_args().depth
    print(f"{'rule':32} {'scores':9} {'proof':14} {'asserted':>8} {'reached':>8} {'time':>8}")
    failed = False
    for rule, number in NUMBERS.items():
        for signed in (0, 1):
            ports = {"RULE": number, "SCORE1_SIGNED": signed, "SCORE2_SIGNED": signed}
            failed |= not report(rule, signed, "induction, 1", ports, None)
        failed |= not report(rule, 0, f"bounded, {depth}", {"RULE": number, "COUNT_BITS": 2}, depth)
    return int(failed)


def report(rule: Rule, signed: int, kind: str, ports: dict[str, int], depth: int | None) -> bool:
    """Run one proof and print its row; what fails gets lines of its own."""
    with TemporaryDirectory() as folder:
        model = proof.build_model(Path(folder), proof.core_sources(), **ports)
    verdict = proof.induction(model) if depth is None else proof.bounded(model, depth)
    reached = "-" if depth is None else str(len(model.covers) - len(verdict.unreached))
    print(
        f"{rule:32} {('unsigned', 'signed')[signed]:9} {kind:14} {len(verdict.proven):8} "
        f"{reached:>8} {verdict.seconds:6.1f} s",
        flush=True,
    )
    for name, clock in verdict.violated.items():
        print(f"  {name} can be violated in clock {clock}")
    for name in verdict.unreached:
        print(f"  {name} is never reached")
    return verdict.holds


if __name__ == "__main__":
    sys.exit(main())
