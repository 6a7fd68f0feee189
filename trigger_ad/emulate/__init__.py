"""Exact emulators of the hardware, one file for each rung."""
