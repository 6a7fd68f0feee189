"""Simulated events: what its two generators share."""
