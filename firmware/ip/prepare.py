"""Write the folder from which AMD's tools package the trigger of a run; see docs/ip.md."""

import argparse
import sys
from pathlib import Path

# In a checkout these files go with the package beside them, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from trigger_ad.errors import TriggerAdError
from trigger_ad.run.ip import prepare


def main() -> None:
    """Read the command line; what is wrong is one sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("out", type=Path, help="folder to write, replaced as a whole")
    parser.add_argument("--part", help="FPGA, else that of the configuration")
    options = parser.parse_args()
    try:
        prepare(options.run, options.out, options.part)
    except TriggerAdError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
