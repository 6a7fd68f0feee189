"""The machine: orbit, bunches and sections, filling schemes, dead time."""
