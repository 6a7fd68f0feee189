"""Where each file of a run lies, and nowhere else is one of these names written.

A folder in ``models/`` has the same shape. What the files hold is in ``docs/run_folder.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["BACKGROUND", "NAMES", "TEST", "THRESHOLD", "ModelFolder", "RunFolder", "relative"]

#: Name of the background among the samples of a run.
BACKGROUND = "sm"

#: Names of two of its splits among the samples that have scores.
THRESHOLD, TEST = (f"{BACKGROUND}_{split}" for split in ("threshold", "test"))


@dataclass(frozen=True, init=False)
class ModelFolder:
    """Files of one model of a run.

    Parameters
    ----------
    root : str or Path
    """

    root: Path

    def __init__(self, root: str | Path) -> None:
        object.__setattr__(self, "root", root if isinstance(root, Path) else Path(root))

    @property
    def float_weights(self) -> Path:
        """Weights of the float training."""
        return self.root / "float.npz"

    @property
    def ptq(self) -> Path:
        """The same weights rounded, without training on."""
        return self.root / "ptq.npz"

    @property
    def quantized(self) -> Path:
        """Weights and types after training with bits."""
        return self.root / "quantized.npz"

    @property
    def network(self) -> Path:
        """Record of the hardware network."""
        return self.root / "network.npz"

    @property
    def scores(self) -> Path:
        """How scores are read off it."""
        return self.root / "scores.json"

    @property
    def history(self) -> Path:
        """History of the float training."""
        return self.root / "history.json"

    @property
    def quantized_history(self) -> Path:
        """History of the training with bits."""
        return self.root / "quantized_history.json"


@dataclass(frozen=True, init=False)
class RunFolder:
    """Files and folders of a run.

    Parameters
    ----------
    root : str or Path
        The run folder; without one all paths are relative to it.

    Examples
    --------
    >>> RunFolder("runs/demo").model("double").network.as_posix()
    'runs/demo/model/double/network.npz'
    """

    root: Path

    def __init__(self, root: str | Path = "") -> None:
        object.__setattr__(self, "root", root if isinstance(root, Path) else Path(root))

    @property
    def config(self) -> Path:
        """The configuration with every key."""
        return self.root / "config.yaml"

    @property
    def manifest(self) -> Path:
        """What made the other files."""
        return self.root / "manifest.json"

    @property
    def card(self) -> Path:
        """The model card of a shipped model."""
        return self.root / "CARD.md"

    @property
    def words(self) -> Path:
        """Hardware words of the background."""
        return self.root / "words.npz"

    @property
    def signals(self) -> Path:
        """Hardware words of the signals."""
        return self.root / "signals.npz"

    @property
    def prepare(self) -> Path:
        """Program that prepares the vectors from the words."""
        return self.root / "prepare.json"

    @property
    def models(self) -> Path:
        """Folder of all models and teachers."""
        return self.root / "model"

    def model(self, name: str) -> ModelFolder:
        """Files of a model: ``double``, ``single`` or ``published``."""
        return ModelFolder(self.models / name)

    @property
    def teachers(self) -> Path:
        """A folder for each teacher, by the tag of its student."""
        return self.models / "teachers"

    @property
    def firmware(self) -> Path:
        """Folder of all that becomes hardware."""
        return self.root / "firmware"

    def hls(self, model: str) -> Path:
        """HLS project of a model: ``double`` or ``single``."""
        return self.firmware / ("hls" if model == "double" else f"hls_{model}")

    @property
    def rtl(self) -> Path:
        """RTL project of the trigger."""
        return self.firmware / "rtl"

    @property
    def yosys(self) -> Path:
        """What Yosys says of it: a folder for each part."""
        return self.firmware / "yosys"

    @property
    def yosys_rows(self) -> Path:
        """Rows of the ledger from Yosys."""
        return self.yosys / "rows.json"

    @property
    def vendor(self) -> Path:
        """Where a vendor's tool works, with its reports."""
        return self.firmware / "synthesis"

    @property
    def emulator(self) -> Path:
        """The shared object for an experiment's software, with its sources."""
        return self.firmware / "emulator"

    @property
    def exports(self) -> Path:
        """The same under other names and versions, a folder each."""
        return self.root / "exports"

    @property
    def ip(self) -> Path:
        """What AMD's tools package IP cores from."""
        return self.root / "ip"

    @property
    def scores(self) -> Path:
        """Integer scores of every model on every quoted event."""
        return self.root / "scores.npz"

    @property
    def golden(self) -> Path:
        """Words, and all that the trigger makes of them."""
        return self.root / "golden.npz"

    @property
    def rates(self) -> Path:
        """Registers, working point and rates."""
        return self.root / "rates.json"

    @property
    def menu(self) -> Path:
        """The trigger as a seed of a menu."""
        return self.root / "menu.json"

    @property
    def menu_fragment(self) -> Path:
        """The seeds as the menu of an experiment takes them."""
        return self.root / "menu_fragment.json"

    @property
    def closure(self) -> Path:
        """Closure of the background estimate."""
        return self.root / "closure.json"

    @property
    def invariance(self) -> Path:
        """What must not explain the scores."""
        return self.root / "invariance.json"

    @property
    def validation(self) -> Path:
        """Equality, performance and fidelity."""
        return self.root / "validation.json"

    @property
    def resources(self) -> Path:
        """The ledger."""
        return self.root / "resources.json"

    @property
    def report(self) -> Path:
        """The page of the run."""
        return self.root / "report.html"

    @property
    def plots(self) -> Path:
        """Its figures and their numbers."""
        return self.root / "plots"

    @property
    def rates_scan(self) -> Path:
        """Rates of event files, if no other place is given."""
        return self.root / "rates_scan.json"

    @property
    def kappa(self) -> Path:
        """Non-closure factor, if no other place is given."""
        return self.root / "kappa.json"

    @property
    def lock(self) -> Path:
        """Held by the run that works in the folder."""
        return self.root / ".lock"

    def partial(self, stage: str) -> Path:
        """Where a stage writes its outputs before they are whole."""
        return self.root / ".partial" / stage

    def checkpoint(self, stage: str, key: str) -> Path:
        """Where a stage keeps unfinished work of its key."""
        return self.root / ".checkpoints" / f"{stage}-{key[:16]}.npz"


#: The same paths relative to any run folder, as stages name their outputs.
NAMES = RunFolder()


def relative(*paths: Path) -> tuple[str, ...]:
    """Texts of paths of `NAMES`, with slashes on every system.

    Examples
    --------
    >>> relative(NAMES.golden, NAMES.hls("single"))
    ('golden.npz', 'firmware/hls_single')
    """
    return tuple(path.as_posix() for path in paths)
