"""The plane of two scores: regions, counts, working points, closure, the background estimate."""
