"""Where the files of a run lie is written once."""

import ast
import re
from pathlib import Path

import pytest

import trigger_ad
from trigger_ad.run_folder import NAMES, ModelFolder, RunFolder, relative

PACKAGE = Path(trigger_ad.__file__).parent


def paths_of(record):
    """All paths of a record of paths, by name."""
    names = [name for name, value in vars(type(record)).items() if isinstance(value, property)]
    return {name: getattr(record, name) for name in names}


#: Files by their names, folders by their last two parts.
FILES = {p.name for of in (NAMES, ModelFolder("")) for p in paths_of(of).values() if p.suffix}
FOLDERS = {NAMES.hls(m).as_posix() for m in ("double", "single")} | {
    path.as_posix() for path in paths_of(NAMES).values() if "/" in path.as_posix()
}

#: Files of a shared object's own folder, and what users are told.
OTHERS = {
    ("hls/emulator.py", "manifest.json"),
    ("hls/emulator.py", "network.npz"),
    ("hls/emulator_manifest.py", "manifest.json"),
    ("cli/rates.py", "RUN/rates_scan.json"),
    ("cli/kappa.py", "RUN/kappa.json"),
    ("config/schema.py", "golden.npz"),
    ("sections/yaml12.py", "models/double_ae/config.yaml"),
}


def literals(source):
    """Strings of a source but for its docstrings."""
    tree = ast.parse(source)
    said = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def written(source):
    """Names of files and folders of a run in the strings of a source."""
    for text in literals(source):
        words = set(re.split(r"[\s'\"`;:,]+", text))
        yield from (word for word in words if word.rpartition("/")[2] in FILES)
        yield from (f for f in FOLDERS if re.search(rf"(^|\W){f}($|\W)", text))
        if re.match(r"model/($|double|single|published|teachers)", text):
            yield text


def test_no_other_file_of_the_package_writes_a_path_of_a_run():
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in PACKAGE.rglob("*.py")
        for name in written(path.read_text(encoding="utf-8"))
    }
    assert {name for name in found if name[0] != "run_folder.py"} == OTHERS


@pytest.mark.parametrize(
    "line",
    [
        'folder / "rates.json"',
        'read(f"{folder}/menu.json")',
        'folder / f"model/{model}/float.npz"',
        'folder / "model/double"',
        'Path(folder, "firmware/rtl", "top.sv")',
        'folder / "scores.npz"',
    ],
)
def test_a_path_written_elsewhere_is_found(line):
    assert list(written(line + "\n"))
    assert not list(written(f"def run():\n    '''Write {line[:1]} ``rates.json``.'''\n"))


def test_text_and_path_are_the_same_folder():
    assert RunFolder("a/run") == RunFolder(Path("a/run"))
    assert RunFolder("a/run").golden == Path("a/run/golden.npz")


def test_no_two_names_are_one_path():
    found = [*paths_of(NAMES).values(), NAMES.hls("double"), NAMES.hls("single")]
    assert len(set(found)) == len(found)


def test_stages_write_paths_of_the_run_folder():
    from trigger_ad.run.pipelines import STAGES

    known = {*relative(*paths_of(NAMES).values())}
    for model in ("double", "single", "published"):
        known |= {*relative(NAMES.hls(model), *paths_of(NAMES.model(model)).values())}
    assert {output for stage in STAGES for output in stage.outputs} <= known


@pytest.mark.parametrize("name", sorted(p.name for p in (PACKAGE.parent / "models").iterdir()))
def test_shipped_models_have_the_shape_of_a_run(name):
    run = RunFolder(PACKAGE.parent / "models" / name)
    double = run.model("double")
    for path in (run.config, run.card, run.golden, run.rates, run.resources):
        assert path.is_file()
    assert double.network.is_file()
    assert double.scores.is_file()


def test_the_example_of_the_documentation(monkeypatch, capsys):
    monkeypatch.chdir(PACKAGE.parent)
    text = Path("docs/run_folder.md").read_text(encoding="utf-8")
    block = text.partition("```python\n")[2].partition("```")[0]
    exec(block, {})
    assert capsys.readouterr().out == "0.01 3099 (100, 1000, 1000, 10000)\n"
