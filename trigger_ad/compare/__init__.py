"""Scores of several runs on the same events, side by side."""
