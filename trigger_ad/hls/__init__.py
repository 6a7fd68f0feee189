"""The HLS side of a project: scores, simulation harness, compilation, synthesis."""
