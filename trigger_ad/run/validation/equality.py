"""Whether every implementation of the hardware gives the same integers."""

from __future__ import annotations
