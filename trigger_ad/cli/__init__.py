"""The command line: one verb for each thing a user does, in the order of the flow."""

from trigger_ad.cli.main import main

__all__ = ["main"]
