"""``python -m trigger_ad.cli``, where the script is not on PATH."""

from trigger_ad.cli.main import main

main()
