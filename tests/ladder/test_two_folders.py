"""Two runs of one configuration, in two folders: the same keys, the same bytes."""

import pytest

from trigger_ad import config
from trigger_ad.run.folder import manifest
from trigger_ad.run.pipelines import engine


@pytest.mark.slow
def test_the_same_configuration_gives_the_same_hashes(small_run, small_config, tmp_path, request):
    if not request.config.getoption("ladder"):
        pytest.skip("a second run takes a minute: make ladder")
    other = tmp_path / "another/place/run"
    engine(config.load(small_config), other).run(lambda stage, part, note: None)
    first, second = (manifest.load(folder)["stages"] for folder in (small_run, other))
    assert list(first) == list(second)
    for name in first:
        for what in ("key", "outputs", "made_of"):
            assert first[name][what] == second[name][what], (name, what)
