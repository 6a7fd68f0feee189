"""Ledger: resources and latency by stage, each with the tool that said so."""
