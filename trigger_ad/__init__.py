"""Anomaly scores from collision data to an FPGA trigger, equal bit for bit in Python, C++ and RTL.

Each room is a namespace and is imported by name; importing the package itself loads none of them.
"""

from trigger_ad import moved

__version__ = "0.3.0"

moved.install()
