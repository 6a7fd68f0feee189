"""Event files, one file for each form."""
