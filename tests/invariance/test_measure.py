"""Everything at once, and the record of it."""

import numpy as np
import pytest

from tests.invariance.crossings import (
    LAYOUT,
    crossings,
    momenta,
    pointing,
    relative,
    sample,
    scored,
)
from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.invariance import inside
from trigger_ad.invariance.measure import measure
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.invariance.verdict import Dependence, dependence

N = 8000


def measured(second, pileup=None):
    words = crossings(8, 2 * N)
    functions = (momenta, second)
    threshold, test = (
        sample(words[part], functions, pileup=pileup) for part in (slice(N), slice(N, None))
    )
    cuts = tuple(int(np.quantile(score, 0.7)) for score in threshold.scores)
    return measure(scored(*functions), LAYOUT, threshold, test, cuts)


@pytest.fixture(scope="module", autouse=True)
def few_for_correlations():
    """Distance correlations of 2,000 events are enough where others are looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inside, "EVENTS", 2000)
        yield


@pytest.fixture(scope="module")
def invariant():
    return measured(relative, np.arange(N) % 100)


def test_an_invariant_pair(invariant):
    assert invariant.turned.exact == invariant.turned.changed
    assert invariant.what == ("score1", "score2", "A")
    assert all(0.08 < part < 0.12 for part in invariant.passing.values())
    judged = [dependence(by, ratio) for _, by, ratio in invariant.ratios()]
    assert Dependence.SEEN not in judged
    assert judged.count(Dependence.NONE) >= 3
    names = [(row.by, row.name) for row in invariant.inside]
    assert names[:3] == [("all", "all"), ("flavour", "no lepton"), ("flavour", "e/gamma only")]
    assert names[-1] == ("pileup", "above 65")
    assert {*invariant.inside[0].closure} == {"tenth", "working_point"}
    assert sum(row.events for row in invariant.inside if row.by == "flavour") == N


def test_a_score_that_knows_where_a_jet_is():
    found = measured(pointing)
    assert [row.kind for row in found.turned.exact] == ["exchange"]
    seen = {
        (what, by) for what, by, ratio in found.ratios() if dependence(by, ratio) is Dependence.SEEN
    }
    assert ("score2", "azimuth_jet") in seen
    assert ("A", "azimuth_jet") in seen
    assert not {by for what, by in seen if what == "score1"}
    assert not [group for group in found.groups if group.by == "pileup"]


def test_the_record_is_read_back(invariant, tmp_path):
    path = tmp_path / "invariance.json"
    invariant.write(path)
    assert InvarianceRecord.read(path) == invariant
    assert "azimuth_jet" in repr(invariant)


def test_a_record_of_another_version_is_refused(invariant, tmp_path):
    path = tmp_path / "invariance.json"
    invariant.write(path)
    path.write_text(path.read_text().replace("invariance/1", "invariance/9"))
    with pytest.raises(SchemaError) as caught:
        InvarianceRecord.read(path)
    assert str(caught.value) == (
        f"{path} must have schema invariance/1, not invariance/9: use the version that wrote it"
    )


def test_a_record_without_a_field_is_refused(invariant, tmp_path):
    tree = invariant.to_json()
    del tree["cuts"]
    with pytest.raises(RunFolderError) as caught:
        InvarianceRecord.from_json(tree, "invariance.json")
    assert str(caught.value) == (
        "invariance.json must be a whole record, not one without cuts: "
        "run the stage that writes it again"
    )
