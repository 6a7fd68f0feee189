"""TensorFlow and Keras are what they must be, whatever the user's environment says."""

import json
import os
import subprocess
import sys

import pytest

from trigger_ad.train import environment

ASK = """
import json
from trigger_ad.train import environment
environment.start()
import keras
import tensorflow as tf
print(json.dumps([
    keras.config.backend(), keras.config.floatx(), keras.config.image_data_format(),
    keras.config.max_epochs(), tf.config.threading.get_intra_op_parallelism_threads(),
    tf.config.list_physical_devices("GPU"),
]))
"""

TOO_LATE = """
import tensorflow
from trigger_ad.errors import ConfigError
from trigger_ad.train import environment
try:
    environment.fix()
except ConfigError as error:
    print(error)
"""


def run(code, **others):
    kept = {name: value for name, value in os.environ.items() if name not in environment.SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**kept, **others},
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A home with a Keras of half precision, and variables that change bits or break."""
    home = tmp_path_factory.mktemp("home")
    (home / ".keras").mkdir()
    (home / ".keras/keras.json").write_text(
        '{"floatx": "float16", "backend": "jax", "image_data_format": "channels_first"}'
    )
    return {
        "HOME": str(home),
        "KERAS_BACKEND": "torch",
        "KERAS_MAX_EPOCHS": "1",
        "TF_ENABLE_ONEDNN_OPTS": "1",
    }


def test_what_the_user_has_changes_nothing(hostile):
    done = run(ASK, **hostile)
    assert json.loads(done.stdout) == ["tensorflow", "float32", "channels_last", None, 2, []]
    assert done.stderr == ""


def test_it_is_refused_where_it_comes_too_late():
    assert run(TOO_LATE, TF_ENABLE_ONEDNN_OPTS="1").stdout == (
        "the environment of TensorFlow must be set before it is imported, since it changes bits, "
        "not with another CUDA_VISIBLE_DEVICES, KERAS_BACKEND, KERAS_HOME, TF_ENABLE_ONEDNN_OPTS: "
        "import trigger_ad.train.environment first and call its fix()\n"
    )


def test_the_record_holds_no_path():
    found = environment.record()
    assert found["TF_ENABLE_ONEDNN_OPTS"] == "0"
    assert found["threads"] == 2
    assert not [value for value in found.values() if "/" in str(value)]
