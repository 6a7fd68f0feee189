"""Vectors of integers prepared from the hardware words, a file for each kind of quantity."""
