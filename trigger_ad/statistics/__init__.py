"""Statistics of scores: intervals, bootstraps, areas, improvements, ranks, correlation."""
