"""Reports: the page of a run, and the card of a model."""

from trigger_ad.report.card import card
from trigger_ad.report.page import build

__all__ = ["build", "card"]
