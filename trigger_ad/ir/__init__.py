"""What hardware computes: fixed-point types, expressions, scores, networks; no sample."""
