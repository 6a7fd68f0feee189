"""Layouts by name, one file for each."""
