"""Prove the assertions of the trigger core for one, two and three scores: ``make prove``.

For every prescale rule: by induction with all counters at 32 bits, for ever; and bounded, with
counts of two bits that fill within the depth, where every cover must be reached too. Exits with 1
if anything is left open.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from trigger_ad.rtl import proof
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.rule import Rule

#: What the core calls each rule.
NUMBERS = {Rule.CMS_COUNTER: 0, Rule.CMS_COUNTER_2019: 1, Rule.ATLAS_RANDOM: 2}


def main() -> int:
    """Run both proofs for every rule and number of scores, for unsigned and signed scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=6, help="clocks of the bounded proof")
    parser.add_argument("--scores", type=int, nargs="+", default=[1, 2, 3], help="numbers of them")
    options = parser.parse_args()
    depth = options.depth
    print(
        f"{'scores':>6} {'rule':32} {'scores':9} {'proof':14} {'asserted':>8} {'reached':>8} "
        f"{'time':>8}"
    )
    failed = False
    for scores in options.scores:
        regions = RegionRule.of(scores)
        for rule in Rule:
            for signed in (0, 1):
                failed |= not report(regions, rule, signed, "induction, 1", 32, None)
            failed |= not report(regions, rule, 0, f"bounded, {depth}", 2, depth)
    return int(failed)


def report(
    regions: RegionRule, rule: Rule, signed: int, kind: str, bits: int, depth: int | None
) -> bool:
    """Run one proof and print its row; what fails gets lines of its own."""
    ports = {f"SCORE{i}_SIGNED": signed for i in range(1, regions.scores + 1)}
    ports |= {"RULE": NUMBERS[rule], "COUNT_BITS": bits}
    with TemporaryDirectory() as folder:
        model = proof.build_model(Path(folder), proof.proof_sources(regions), **ports)
    verdict = proof.induction(model) if depth is None else proof.bounded(model, depth)
    reached = "-" if depth is None else str(len(model.covers) - len(verdict.unreached))
    print(
        f"{regions.scores:6} {rule:32} {('unsigned', 'signed')[signed]:9} {kind:14} "
        f"{len(verdict.proven):8} {reached:>8} {verdict.seconds:6.1f} s",
        flush=True,
    )
    for name, clock in verdict.violated.items():
        print(f"  {name} can be violated in clock {clock}")
    for name in verdict.unreached:
        print(f"  {name} is never reached")
    return verdict.holds


if __name__ == "__main__":
    sys.exit(main())
