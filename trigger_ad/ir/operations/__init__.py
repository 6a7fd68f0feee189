"""The operations of scores and programs, each with all its meanings in one file."""
