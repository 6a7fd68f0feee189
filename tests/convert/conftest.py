"""A quantised model of two branches, and its project."""

from pathlib import Path

import pytest

from tests.hls import networks
from trigger_ad import config
from trigger_ad.convert.project import convert
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel


@pytest.fixture(scope="module")
def quantized() -> QuantizedModel:
    return networks.quantised(networks.ZOO[:2], 5)


def settings(**values) -> config.Convert:
    return config.Convert(namespace="zoo", **values)


@pytest.fixture
def project(quantized, tmp_path) -> tuple[Path, HardwareNetwork]:
    return tmp_path / "hls", convert(quantized, settings(), tmp_path / "hls")
