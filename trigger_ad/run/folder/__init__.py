"""What lies in a run folder, read back as records."""
