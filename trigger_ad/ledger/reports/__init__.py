"""Strict readers of the reports of Vivado HLS, Vitis HLS and Vivado.

What a report does not know stays None; what it must say and does not is an error. Nothing
becomes zero. Every reader takes the name of the top, and refuses a report of another one.
"""

from trigger_ad.ledger.reports.cosim import co_simulation
from trigger_ad.ledger.reports.csynth_text import c_synthesis_text
from trigger_ad.ledger.reports.csynth_xml import c_synthesis
from trigger_ad.ledger.reports.timing import timing
from trigger_ad.ledger.reports.utilization import utilization

__all__ = ["c_synthesis", "c_synthesis_text", "co_simulation", "timing", "utilization"]
