"""Isolation forests: cuts at random, and how soon they leave an event alone."""
