"""Seeds beside each other: fires, counts of their patterns, rates, prescale tables, gain."""
