"""Audit: proof by interval analysis that nothing in the hardware can wrap unseen."""

from trigger_ad.audit.widths import Finding, audit, require

__all__ = ["Finding", "audit", "require"]
