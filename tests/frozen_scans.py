"""Where the scans that earlier versions wrote are."""

from pathlib import Path

SCANS = Path(__file__).parent / "frozen/scans"
