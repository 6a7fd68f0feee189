"""The documentation says what the code does."""

import json
import math
import os
import re
import shlex
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

import trigger_ad
from trigger_ad import config as configuration
from trigger_ad.cli.main import cli
from trigger_ad.config import Features
from trigger_ad.events.particles import PROCESSES
from trigger_ad.features.layouts.table import layout
from trigger_ad.generate.processes import GENERATORS, SM_PROPORTIONS
from trigger_ad.generate.zerobias import strata
from trigger_ad.menu import file as menu
from trigger_ad.run.pipelines import STAGES

CHECKOUT = Path(trigger_ad.__file__).parents[1]
DOCS = CHECKOUT / "docs"
PAGES = [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]
#: Pages that tell the schemas of files.
SCHEMA_PAGES = (
    "run_folder.md",
    "events.md",
    "menu.md",
    "monitor.md",
    "rates.md",
    "abcd.md",
    "scorers.md",
    "compare.md",
    "operations.md",
)

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)

#: Schemas of records that no run folder and no event file holds.
INNER_SCHEMAS = {
    "checkpoint/1",
    "flow_checkpoint/1",
    "layout/1",
    "layout/2",
    "ports/1",
    "region_counts/1",
    "svdd_checkpoint/1",
}


def text(page):
    return page.read_text(encoding="utf-8")


def blocks(language):
    """Fenced blocks of a language, each with the name of its page."""
    return [
        pytest.param(block, id=f"{page.name}:{number}")
        for page in PAGES
        for number, (kind, block) in enumerate(BLOCK.findall(text(page)))
        if kind == language
    ]


def quoted(page):
    """Every word between backticks."""
    return set(re.findall(r"[\w.]+", " ".join(re.findall(r"`([^`\n]*)`", text(page)))))


def rows(page, heading):
    """Cells of the rows of the first table whose header row starts with `heading`."""
    lines = text(page).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return table


def anchors(page):
    """Anchors that a Markdown renderer gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", text(page)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_configuration_reference_is_that_of_the_schema():
    printed = CliRunner().invoke(cli, ["schema"]).output
    assert text(DOCS / "configuration.md") == printed, (
        "python -m trigger_ad.cli schema > docs/configuration.md"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_relative_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def commands(block):
    """Commands of a shell block as lists of words, comments left out."""
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("block", blocks("sh"))
def test_commands_exist_with_their_options(block):
    for program, *words in commands(block):
        if program == "make":
            folder = words[1] if words[0] == "-C" else "."
            makefile = text(CHECKOUT / folder / "Makefile")
            wanted = words[2:] if words[0] == "-C" else words
            for word in wanted:
                name, _, value = word.partition("=")
                assert re.search(rf"^{name} *{r'[?]=' if value else ':'}", makefile, re.M), word
            continue
        if program == ".venv/bin/python":
            assert (CHECKOUT / words[0]).is_file()
            continue
        assert program == ".venv/bin/trigger-ad"
        command, name = cli, "trigger-ad"
        while isinstance(command, click.Group):
            name = words.pop(0)
            command = command.commands[name]
        command.make_context(name, words)  # refuses what it does not know


def test_every_verb_is_shown():
    shown = " ".join(block.values[0] for block in blocks("sh"))
    for verb in set(cli.commands) - {"schema"}:
        assert f"trigger-ad {verb} " in shown


@pytest.mark.parametrize("block", blocks("yaml"))
def test_configurations_are_valid(block):
    if block.startswith("schema: menu/1"):
        assert menu.parse(block).name == "example"
        return
    if block.startswith("schema: zero_bias_strata/1"):
        assert strata.parse(block).strata[0].name == "soft"
        return
    if "mixed_ae" in block:
        pytest.skip("its scorer is of the page: tests/scorers/test_tutorial.py")
    head = "" if block.startswith("schema:") else "schema: config/2\nname: example\n"
    assert configuration.parse(head + block).name in ("my_trigger", "example")


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=page.name)
        for page in PAGES
        for block in re.findall(
            r"<!-- tested: tests/test_docs\.py[^>]*-->\n```python\n(.*?)```", text(page), re.S
        )
    ],
)
def test_python_examples_run(block, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert any(tmp_path.iterdir())


def test_every_python_example_is_tested():
    mark = re.compile(r"<!-- tested: [^>]*-->\n```python")
    tested = sum(len(mark.findall(text(page))) for page in PAGES)
    assert tested == len(blocks("python")) > 0


def lsb(field):
    if field.quantity == "pt":
        return f"{field.lsb:g} GeV"
    steps = 8 if field.kind == "muon" else 2
    if field.quantity == "phi":
        assert field.lsb == 2 * math.pi / (72 * steps)
        return f"2π/{72 * steps}"
    assert field.lsb == 0.0870 / steps
    return f"0.0870/{steps}"


def test_table_of_ports_is_the_layout():
    expected = []
    fields = layout(Features()).fields
    for kind, group in groupby(fields, key=lambda field: field.kind):
        ports = list(group)
        assert len({(f.quantity, f.width, f.lsb, f.offset, f.shift) for f in ports}) == 3
        for port in ports[:3]:
            row = [kind, str(len(ports) // 3), port.quantity, str(port.width)]
            if port.width:
                saturation = "–" if port.saturation is None else str(port.saturation)
                sign = "signed" if port.signed else "unsigned"
                row += [sign, lsb(port), str(port.offset), str(port.shift), saturation]
            else:
                row += ["–"] * 5
            expected.append(row)
    assert rows(DOCS / "concepts.md", "kind") == expected


def test_table_of_stages_is_that_of_the_engine():
    found = {}
    for names, sections, _ in rows(DOCS / "run_folder.md", "stage"):
        for name in re.findall(r"`(\w+)`", names):
            found[name] = set(re.findall(r"`([\w.]+)`", sections))
    assert found == {stage.name: set(stage.sections) for stage in STAGES}
    told = {
        name
        for names, _ in rows(DOCS / "tutorial.md", "stage")
        for name in re.findall(r"`(\w+)`", names)
    }
    assert told == set(found)


def test_every_output_of_a_stage_is_documented():
    page = text(DOCS / "run_folder.md")
    for stage in STAGES:
        for output in stage.outputs:
            general = re.sub(r"^model/\w+/", "model/*/", output)
            assert f"`{output}" in page or f"`{general}" in page, output


def test_schemas_of_files_are_documented():
    code = " ".join(text(path) for path in (CHECKOUT / "trigger_ad").rglob("*.py"))
    known = set(re.findall(r'"([a-z_0-9]+/\d+)"', code))
    told = {
        name
        for page in map(DOCS.joinpath, SCHEMA_PAGES)
        for name in re.findall(r"`([a-z][a-z_0-9]*/\d+)`", text(page))
    }
    assert told == known - INNER_SCHEMAS


def pick(record, path):
    """Part of a record; a star stands for any name or for the first row."""
    for part in path.split("/") if path else ():
        if part == "*":
            record = record[0] if isinstance(record, list) else next(iter(record.values()))
        else:
            record = record[part]
    return record


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("manifest.json", ("", "stages/*", "seeds")),
        (
            "rates.json",
            (
                "",
                "registers",
                "rule",
                "working_point",
                "working_point/realised",
                "regions/*",
                "total",
                "normalisation",
                "abcd",
            ),
        ),
        ("menu.json", ("", "staircase")),
        ("closure.json", ("", "closure/*", "significance/*/*")),
        (
            "invariance.json",
            (
                "",
                "turned",
                "turned/changed/*",
                "turned/changed/*/any",
                "groups/*",
                "groups/*/bins/*",
                "groups/*/bins/*/rates/*",
                "groups/*/ratios/*",
                "inside/*",
                "inside/*/correlation",
                "inside/*/closure/*",
            ),
        ),
        (
            "validation.json",
            (
                "",
                "samples",
                "bit_exact/*",
                "auc/*",
                "auc_single/*",
                "auc_baseline/*",
                "tpr_at_fpr/*",
                "decision_flips_per_million",
                "rate_shift",
                "layers/*",
                "claims/*",
            ),
        ),
        ("resources.json", ("", "rows/*")),
        ("model/double/history.json", ("",)),
        ("model/double/scores.json", ("", "scores/*", "scores/*/ports/*")),
    ],
)
def test_fields_of_records_are_documented(small_run, file, parts):
    record = json.loads((small_run / file).read_text())
    told = quoted(DOCS / "run_folder.md") | {"1e-2", "1e-3"}
    told |= {part for name in told for part in name.split(".")}
    for part in parts:
        assert set(pick(record, part)) - told == set(), part


@pytest.mark.parametrize("file", ["words.npz", "signals.npz", "scores.npz", "golden.npz"])
def test_arrays_of_records_are_documented(small_run, file):
    told = quoted(DOCS / "run_folder.md")
    told |= {part for name in told for part in name.split(".")}
    with np.load(small_run / file, allow_pickle=False) as arrays:
        names = set(arrays.files)
        assert set(json.loads(str(arrays["header"]))) - told == set()
    if file == "scores.npz":
        assert {name.split("/")[0] for name in names} - told == set()
    else:
        assert {name.split(".")[-1] for name in names} - told == set()


def test_processes_are_documented():
    page = DOCS / "events.md"
    shares = {cells[0].strip("`"): cells[1] for cells in rows(page, "process")}
    assert shares == {name: f"{100 * part:.1f} %" for name, part in SM_PROPORTIONS.items()}
    assert {cells[0].strip("`") for cells in rows(page, "signal")} == set(GENERATORS) - set(shares)
    resampled = {}
    for names, *_, times in rows(page, "process | what is repeated"):
        resampled |= dict.fromkeys(re.findall(r"`(\w+)`", names), int(times))
    assert resampled == {name: generator.decays for name, generator in GENERATORS.items()}
    codes = re.findall(r"(\d) (?:`(\w+)`|unknown)", text(page).partition("Process codes:")[2])
    assert [name or "unknown" for _, name in codes[: len(PROCESSES)]] == list(PROCESSES)


def test_index_of_decisions_is_whole():
    index = text(DOCS / "decisions" / "README.md")
    for page in sorted((DOCS / "decisions").glob("0*.md")):
        number, _, title = text(page).splitlines()[0].removeprefix("# ").partition(" ")
        assert f"| [{number}]({page.name}) | {title} |" in index
        for part in ("Context", "Decision", "Consequence"):
            assert f"**{part}.**" in text(page)
