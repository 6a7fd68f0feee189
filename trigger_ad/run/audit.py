"""The audit of a finished run folder; it reads and writes nothing."""

from __future__ import annotations

from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.audit.conversion import check_conversion
from trigger_ad.audit.registers import check_registers
from trigger_ad.audit.shared_object import check_shared_object
from trigger_ad.audit.tables import check_tables
from trigger_ad.errors import RunFolderError
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.folder.models import MODELS
from trigger_ad.run.folder.trigger import load_block, load_hardware
from trigger_ad.run.ip_audit import check_ip
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.trigger.hardware import HardwareTrigger

__all__ = ["audit_run"]


def audit_run(folder: Path) -> dict[tuple[str, str], Checked]:
    """Audit every converted model of a run folder, its registers, RTL and shared object.

    Parameters
    ----------
    folder : Path
        A run folder. Nothing in it is changed.

    Returns
    -------
    dict of (str, str) to Checked
        By model and by what was looked at (`trigger_ad.audit.conversion.check_conversion`);
        besides ``registers``, ``rtl``, ``ip`` and ``shared object`` where the folder has them. A
        part in which there was nothing to look at is a fault.

    Raises
    ------
    RunFolderError
        If no model has been converted.
    SchemaError
        If a record has another schema.
    """
    run = RunFolder(folder)
    if not run.model("double").scores.is_file():
        raise RunFolderError(
            folder,
            "must hold a converted model",
            f"one without {NAMES.model('double').scores}",
            "run the stage convert_double",
        )
    config = configuration.load(run.config)
    found: dict[tuple[str, str], Checked] = {}
    for model in MODELS:
        records = run.model(model)
        if not records.scores.is_file():
            continue
        block = load_block(folder, model, config)
        trigger = load_hardware(folder, config) if model == "double" else None
        if block.network is None:
            parts = check_tables(run.hls(model), block, trigger)
        else:
            quantized = QuantizedModel.load(records.quantized)
            parts = check_conversion(run.hls(model), quantized, block, trigger, config.convert)
        if trigger is not None:
            parts |= _trigger(run, trigger)
            if run.ip.is_dir():
                parts["ip"] = check_ip(folder, run.ip, config.convert)
        found |= {(model, part): _not_empty(model, part, parts[part]) for part in parts}
    return found


def _trigger(run: RunFolder, trigger: HardwareTrigger) -> dict[str, Checked]:
    found = {}
    if run.rates.is_file():
        registers = RatesRecord.read(run.rates).registers
        found["registers"] = check_registers(registers, trigger)
    if run.rtl.is_dir():
        from trigger_ad.audit.rtl import check_rtl

        found["rtl"] = check_rtl(run.rtl, trigger)
    if run.emulator.is_dir():
        found["shared object"] = check_shared_object(run.emulator, trigger)
    return found


def _not_empty(model: str, part: str, checked: Checked) -> Checked:
    if any(checked.counts.values()) or checked.findings:
        return checked
    nothing = Finding(
        f"the audit of {part} of model {model}",
        "must look at something",
        None,
        "convert the model again",
    )
    return Checked(checked.counts, (nothing,))
