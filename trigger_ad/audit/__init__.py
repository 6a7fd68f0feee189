"""Audit: proof that nothing in the hardware can wrap unseen, or is not what the record says.

Each file looks at one thing and says how much it looked at: the widths of a record, the model it
was made of, the HLS project, the scores, the trigger top and the RTL that were written from it.
"""

from trigger_ad.ir.findings import Checked, Finding, require

__all__ = ["Checked", "Finding", "require"]
