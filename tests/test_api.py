"""The public names, so that none comes or goes unseen: tests/api.txt.

After a wanted change: ``python tests/test_api.py > tests/api.txt``.
"""

import importlib
import pkgutil
from pathlib import Path

import trigger_ad


def names():
    """Every module with its public names, a line each."""
    lines = []
    for module in sorted(m.name for m in pkgutil.walk_packages(trigger_ad.__path__, "trigger_ad.")):
        if module.endswith("__main__"):
            continue
        public = getattr(importlib.import_module(module), "__all__", None)
        if public:
            lines.append(f"{module}: {' '.join(sorted(public))}")
    return lines


def test_public_names_are_pinned():
    pinned = (Path(__file__).parent / "api.txt").read_text(encoding="utf-8").splitlines()
    assert names() == pinned


if __name__ == "__main__":
    print("\n".join(names()))  # noqa: T201
