"""The machine: orbit, bunches and sections, filling schemes, dead time."""

from typing import TYPE_CHECKING

from trigger_ad import moved

if not TYPE_CHECKING:  # a type checker is to see the names that are here
    __getattr__ = moved.attribute_of(__name__)
