"""Scorers: the networks whose outputs become a score."""
