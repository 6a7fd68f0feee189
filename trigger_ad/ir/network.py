"""Where the record of a hardware network was before it had layers of several kinds."""

from __future__ import annotations

from trigger_ad import moved

__getattr__ = moved.attribute_of(__name__)
