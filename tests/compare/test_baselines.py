"""Baselines beside the scores of runs: from the words, tables from the train split alone."""

import numpy as np
import pytest

from tests.compare import folders
from trigger_ad.compare import page
from trigger_ad.compare.record import compare
from trigger_ad.compare.runs import read
from trigger_ad.config import Features
from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin
from trigger_ad.features.layouts.table import layout
from trigger_ad.rates.baselines import baselines
from trigger_ad.rates.filled import Filled
from trigger_ad.run.folder import dataset
from trigger_ad.statistics.sic import roc
from trigger_ad.storage import arrays

CMS = layout(Features())


def with_a_layout(folder, **named):
    """A toy run whose words are those of the layout, the signals with more missing momentum."""
    folders.finished_run(folder, **named)
    for file, sample in (("words.npz", "sm"), ("signals.npz", "lq")):
        header, found = arrays.load(folder / file, dataset.SCHEMA)
        words = np.minimum(found[f"{sample}.words"], CMS.maximum).astype(np.int16)
        words[:, 0] += 60 if sample == "lq" else 0
        found = {**found, f"{sample}.words": words}
        origin = {sample: Origin("zero_bias").to_json()}
        fields = {k: v for k, v in header.items() if k != "schema"}
        fields |= {"layout": CMS.hash, "origin": origin}
        arrays.save(folder / file, dataset.SCHEMA, fields, found)
    return read(folder)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("baselines")
    return [with_a_layout(folder / f"toy{seed}", seed=seed) for seed in (1, 2)]


@pytest.fixture(scope="module")
def record(runs):
    return compare(runs)


def test_they_are_rows_of_their_own(runs, record):
    rows = {row.label: row for row in record.scores if row.configuration == "baselines"}
    _, background = arrays.load(runs[0].folder / "words.npz", dataset.SCHEMA)
    _, signals = arrays.load(runs[0].folder / "signals.npz", dataset.SCHEMA)
    train, test = (background["sm.words"][background["sm.split"] == code] for code in (0, 4))
    filled = Filled.of(train.astype(np.int32), CMS)
    of_test, of_signal = (
        baselines(words.astype(np.int32), CMS) | filled.baselines(words.astype(np.int32))
        for words in (test, signals["lq.words"])
    )
    assert list(rows) == [f"baselines:{name}" for name in of_test]
    for name in of_test:
        row = rows[f"baselines:{name}"]
        assert (row.model, row.seeds) == ("firmware", (1,))
        wanted = roc(of_test[name], of_signal[name]).auc
        assert row.signals["lq"].auc.mean == pytest.approx(wanted)
    assert rows["baselines:sum_pt"].signals["lq"].auc.mean > 0.6


def test_scores_are_correlated_with_them(record):
    table = next(table for table in record.correlations if table.model == "firmware")
    assert "baselines:sum_words" in table.scores
    others = [table for table in record.correlations if table.model != "firmware"]
    assert others
    assert not any("baselines:ht" in table.scores for table in others)
    place = {name: table.scores.index(name) for name in ("toy:score1", "baselines:ht")}
    assert table.rank[place["toy:score1"]][place["baselines:ht"]].mean is not None


def test_pages_show_them(record):
    assert "density table" in page.render(record)
    assert "| baselines | HT |" in page.markdown(record)


def test_combinations_may_have_one(runs):
    found = compare(runs[:1], ["toy:score1,baselines:density"])
    labels = {row.label for row in found.scores if row.configuration is None}
    assert "and of toy:score1, baselines:density" in labels


def test_words_of_an_unknown_layout_have_none(tmp_path):
    run = read(folders.finished_run(tmp_path / "toy"))
    assert run.baselines == {}
    assert not any(row.configuration == "baselines" for row in compare([run]).scores)


def test_their_name_is_theirs(tmp_path):
    run = read(folders.finished_run(tmp_path / "toy", "baselines"))
    with pytest.raises(ConfigError) as caught:
        compare([run])
    assert str(caught.value) == (
        "configuration 'baselines' must have another name, not that of the scores that need no "
        "network: rename it"
    )
