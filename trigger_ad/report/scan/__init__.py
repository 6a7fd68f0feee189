"""A scan of rates: its numbers, picked from the record alone, and its page."""
