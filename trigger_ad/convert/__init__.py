"""Quantised model to HLS project and to the record of the hardware network."""
