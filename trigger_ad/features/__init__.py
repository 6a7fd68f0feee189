"""Features: particles as the integers that reach the trigger, and their scaling on the chip."""
