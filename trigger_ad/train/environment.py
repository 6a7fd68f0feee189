"""What changes the bits of TensorFlow and Keras from outside: set, so that it does not."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from trigger_ad.errors import ConfigError
from trigger_ad.storage.silence import quiet

__all__ = ["SETTINGS", "THREADS", "fix", "record", "start"]

#: Threads of TensorFlow: sums come out the same however many cores there are.
THREADS = 2

#: Set whatever the user has, since each of them changes bits or breaks the import: kernels of
#: oneDNN sum in another order, a GPU too; Keras has other backends, and a file of its own with
#: the type and precision of its numbers, which is one of ours here.
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "CUDA_VISIBLE_DEVICES": "",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": str(Path(__file__).parent / "keras"),
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
)

#: Removed: they cut trainings short or compile other kernels.
_REMOVED = (
    "KERAS_MAX_EPOCHS",
    "KERAS_MAX_STEPS_PER_EPOCH",
    "KERAS_NNX_ENABLED",
    "TF_XLA_FLAGS",
    "XLA_FLAGS",
)

logger = logging.getLogger(__name__)


@cache
def fix() -> None:
    """Set the environment of TensorFlow and Keras, which they read when they are imported.

    Once in a process: what libraries change there later, nobody reads any more.

    Raises
    ------
    ConfigError
        If they are imported already, with another one.
    """
    different = [name for name, value in SETTINGS.items() if os.environ.get(name) != value]
    different += [name for name in _REMOVED if name in os.environ]
    if different and {"tensorflow", "keras"} & {*sys.modules}:
        raise ConfigError(
            "the environment of TensorFlow",
            "must be set before it is imported, since it changes bits",
            f"with another {', '.join(different)}",
            "import trigger_ad.train.environment first and call its fix()",
        )
    os.environ.update(SETTINGS)
    for name in _REMOVED:
        os.environ.pop(name, None)


def start() -> None:
    """Import TensorFlow, with the same bits for any number of cores.

    To be called before anything else of TensorFlow in a process; once TensorFlow has started,
    it keeps the threads that it has. What it prints about devices is logged.

    Raises
    ------
    ConfigError
        See `fix`.
    """
    fix()
    with quiet(2):
        import tensorflow as tf

        # Of the process, and the price of the same bits from the same seed.
        tf.config.experimental.enable_op_determinism()
        threading = tf.config.threading
        try:
            threading.set_intra_op_parallelism_threads(THREADS)
            threading.set_inter_op_parallelism_threads(THREADS)
        except RuntimeError:
            logger.info("TensorFlow has started already, with the threads that it found")
        tf.zeros(())  # looks for devices


def record() -> dict[str, str | int]:
    """What is set, for the manifest of a run."""
    return {**SETTINGS, "KERAS_HOME": "of trigger-ad", "threads": THREADS}
