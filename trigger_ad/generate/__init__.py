"""Simulated events: two generators, and what they share."""
