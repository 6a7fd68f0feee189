"""Scorers in float that a student learns from, whatever they compute with."""
