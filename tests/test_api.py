"""What users are promised, so that nothing of it comes or goes unseen: tests/api.txt.

That is the command line, the names in ``trigger_ad`` itself, the modules that
docs/architecture.md lists as public, and the groups of entry points for scorers and readers. After
a wanted change:
``python tests/test_api.py > tests/api.txt``.
"""

import importlib
import re
from pathlib import Path

import click
import pytest

import trigger_ad
from trigger_ad import moved
from trigger_ad.cli.main import cli
from trigger_ad.events.readers import table as readers
from trigger_ad.scorers.table import GROUP

CHECKOUT = Path(trigger_ad.__file__).parents[1]


def public_modules():
    """Modules of the table under the heading Public modules."""
    page = (CHECKOUT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page.partition("## Public modules")[2].partition("\n## ")[0]
    return sorted(re.findall(r"^\| `([\w.]+)` \|", table, re.M))


def names():
    """Verbs with their options, the package and public modules with their names, plug-ins."""
    lines = [line for verb, command in cli.commands.items() for line in _verb(verb, command)]
    lines.append(f"trigger_ad: {' '.join(n for n in dir(trigger_ad) if not n.startswith('_'))}")
    for module in public_modules():
        public = importlib.import_module(f"trigger_ad.{module}").__all__
        lines.append(f"trigger_ad.{module}: {' '.join(sorted(public))}")
    return [*lines, f"entry points: {GROUP} {readers.GROUP}"]


def _verb(verb, command):
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _verb(f"{verb} {name}", inner)
        return
    parameters = sorted(max(parameter.opts, key=len) for parameter in command.params)
    yield f"trigger-ad {verb}: {' '.join(parameters)}"


def test_public_names_are_pinned():
    pinned = (Path(__file__).parent / "api.txt").read_text(encoding="utf-8").splitlines()
    assert names() == pinned


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in moved.NAMES.items() for name in names]
)
def test_a_moved_name_forwards_with_a_warning(module, name):
    place, now = moved.NAMES[module][name]
    with pytest.warns(FutureWarning, match=rf"trigger_ad\.{module}\.{name} is trigger_ad\.{place}"):
        found = getattr(importlib.import_module(f"trigger_ad.{module}"), name)
    assert found is getattr(importlib.import_module(f"trigger_ad.{place}"), now)


def test_a_name_that_never_was_is_an_attribute_error():
    module = importlib.import_module("trigger_ad.features.layout")
    with pytest.raises(AttributeError, match=r"'trigger_ad.features.layout' has no attribute 'x'"):
        _ = module.x


if __name__ == "__main__":
    print("\n".join(names()))  # noqa: T201
