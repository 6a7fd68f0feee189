"""The trigger while it runs: counters of luminosity sections in, alarms and a page out."""
