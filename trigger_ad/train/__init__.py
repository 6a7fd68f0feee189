"""Training: the loop and the terms of its loss."""
