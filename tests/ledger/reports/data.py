"""Where the reports of the tools are, which tests read where they are there."""

import os
from pathlib import Path

DATA = Path(os.environ.get("TRIGGER_AD_SHARED", Path(__file__).parents[4] / "shared")) / "data"
