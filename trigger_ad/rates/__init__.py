"""Rates: normalisation to Hz, quoted rates, staircases, simple baselines."""
