"""Rates: counts of events, and everything that is said from counts."""
