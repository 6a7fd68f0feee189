"""Events: particles, their origin and splits, and event files."""
