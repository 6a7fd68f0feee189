"""Layers of networks before anything is said of bits: what they compute and from what."""
