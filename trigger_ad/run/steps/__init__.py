"""One file for each stage: reads records, calls a room, writes records."""
