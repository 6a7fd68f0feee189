"""Models too large for a trigger, which teach students: flow, Deep SVDD, isolation forest."""
