"""A folder of checkpoints belongs to one stream."""

import pytest

from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.generate.checkpoints import claim

STREAM = {"schema": "stream/1", "seed": 7, "settings": "abc"}


def test_the_same_stream_goes_on(tmp_path):
    claim(tmp_path / "parts", STREAM)
    before = (tmp_path / "parts/stream.json").read_bytes()
    claim(tmp_path / "parts", STREAM)
    assert (tmp_path / "parts/stream.json").read_bytes() == before


def test_another_stream_is_refused_by_what_differs(tmp_path):
    claim(tmp_path, STREAM)
    with pytest.raises(RunFolderError) as caught:
        claim(tmp_path, STREAM | {"seed": 8, "signal": "a_to_4l"})
    assert str(caught.value) == (
        f"{tmp_path} must hold chunks of this generation, not chunks with another seed, signal: "
        "remove the folder or choose another output file"
    )
    with pytest.raises(SchemaError):
        claim(tmp_path, STREAM | {"schema": "stream/2"})
