"""Float model to quantised model: calibration of bits, QKeras networks, retraining."""
