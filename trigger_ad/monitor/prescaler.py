"""Whether accepts can come from their fires by the rule of the prescaler."""

from __future__ import annotations

from dataclasses import dataclass

from trigger_ad.trigger.registers import HUNDREDTHS
from trigger_ad.trigger.rule import RANDOM_RANGE, Rule, random_cut

__all__ = ["CHANCE", "Follower"]

#: Probability below which a number of random accepts is refused; each region is asked once a
#: section, so this is one false alarm in 25 million sections.
CHANCE = 1e-8


@dataclass(frozen=True)
class Follower:
    """What is known of one prescale counter from outside, in hundredths.

    For every fire the counter grows by 100, and an accept takes the prescale off it
    (`docs/concepts.md`), so 100 fires = p accepts + its change over a section. As long as all
    fires were accepted it can be above the prescale; after one that was not, it is below.

    Parameters
    ----------
    low, high : int
        The counter is not below `low` and not above `high`; a `high` of -1 says nothing.
    prescale : int
        Of the section before; 0 if that was off or not seen. The next section may then begin
        with any counter below its own prescale.
    """

    low: int = 0
    high: int = -1
    prescale: int = 0

    def follow(self, fires: int, accepts: int, prescale: int, rule: Rule) -> tuple[Follower, bool]:
        """Hold one section against the rule.

        Parameters
        ----------
        fires, accepts : int
            Events of the region before and after prescale; ``accepts <= fires``.
        prescale : int
            In hundredths, constant during the section.
        rule : Rule

        Returns
        -------
        Follower
            Knowledge after the section; what contradicts the rule is forgotten.
        bool
            Whether the rule allows these accepts.
        """
        if prescale == 0:
            return Follower(0, self.high), accepts == 0
        if not rule.counts:
            return self, _likely(fires, accepts, prescale)
        low, high = self._start(prescale, rule)
        change = HUNDREDTHS * fires - prescale * accepts
        low, high = max(low + change, 0), high + change
        if accepts < fires:
            high = min(high, prescale - 1)
        if low > high:
            return Follower(), False
        return Follower(low, high, prescale), True

    def lost(self) -> Follower:
        """Knowledge after sections that nobody saw, with prescales that are known.

        A larger prescale that only they had could leave a counter that allows a burst; what
        cannot be known is not assumed, so such a burst would be refused.
        """
        return Follower(0, max(self.high, self.prescale - 1))

    def _start(self, prescale: int, rule: Rule) -> tuple[int, int]:
        if rule is Rule.CMS_COUNTER_2019 and prescale != self.prescale:
            return 0, prescale - 1
        if self.prescale == 0:
            return 0, max(self.high, prescale - 1)
        return self.low, self.high


def _likely(fires: int, accepts: int, prescale: int) -> bool:
    from scipy.special import bdtr, bdtrc

    chance = (RANDOM_RANGE - random_cut(prescale)) / (RANDOM_RANGE - 1)
    if chance >= 1 or fires == 0:
        return accepts == fires
    few = float(bdtr(accepts, fires, chance))
    many = float(bdtrc(accepts - 1, fires, chance)) if accepts else 1.0
    return 2 * min(few, many) >= CHANCE
