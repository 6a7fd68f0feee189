"""What the page, the card and the warnings say of kappa."""

import pytest

from trigger_ad.abcd.record import ClosureRecord, ClosureRow
from trigger_ad.rates.corrected import Corrected, KappaSource
from trigger_ad.report.caveats import findings
from trigger_ad.report.kappa import KappaTable, alone_sentence
from trigger_ad.report.numbers.load import records

SOURCE = KappaSource(name="here", value=1.1, error=0.1, effective_events=140.0, used=True)


def corrected(significance):
    return Corrected(
        kappa=1.1,
        kappa_error=0.05,
        disagreement=0.02,
        predicted=110.0,
        predicted_error=8.0,
        ratio=1.05,
        ratio_error=0.09,
        interval95=(0.9, 1.2),
        significance=significance,
        sources=(SOURCE,),
    )


def row(efficiency, significance, model="firmware"):
    return ClosureRow(
        model=model,
        sm_efficiency=efficiency,
        test_efficiency=efficiency,
        threshold1=1,
        threshold2=2,
        observed=144,
        predicted=100.0,
        predicted_error=5.0,
        ratio=100 / 144,
        ratio_error=0.08,
        interval95=(0.6, 0.8),
        effective_events=144.0,
        corrected=None if significance is None else corrected(significance),
    )


def closure(*significances):
    rows = zip((0.05, 0.02, 0.01), significances, strict=False)
    return ClosureRecord(closure=tuple(row(e, s) for e, s in rows), significance={})


def test_the_largest_excess_is_told():
    assert alone_sentence(closure(0.4, 1.7)) == (
        "The significance of the SM sample alone is below 2 at every cut with kappa and the errors "
        "of kappa and of the regions: at most 1.70, at 2\u202f% SM efficiency. Without them it is "
        "up to 3.67."
    )
    assert alone_sentence(closure(0.4, 2.0)).startswith(
        "The significance of the SM sample alone is not below 2 at every cut"
    )
    assert alone_sentence(closure(None, None)) == ""


def test_an_excess_of_two_is_a_warning(run_folder):
    validation = records(run_folder).validation
    for significances, wanted in (((0.4, 1.9), 0), ((0.4, 2.1), 1), ((None, None), 0)):
        said = findings(validation, closure(*significances))
        assert sum("sample alone is not below 2" in sentence for sentence in said) == wanted


def test_cells_of_a_table(run_folder):
    rates = records(run_folder).rates
    own = rates.model_copy(
        update={"abcd": rates.abcd.model_copy(update={"corrected": corrected(0.1)})}
    )
    table = KappaTable.of(own, closure(0.4, None, 1.7))
    assert [cell and cell.significance for cell in table.cells] == [0.4, None, 1.7]
    assert table.sources == (SOURCE,)
    assert KappaTable.of(rates, closure(None)) == KappaTable((), (), "")


@pytest.mark.parametrize("given", [True, False])
def test_the_page_has_them_where_they_are_known(run_folder, given):
    from trigger_ad.report.numbers.load import load
    from trigger_ad.report.page import render

    run = load(run_folder)
    if given:
        rates = run.rates.model_copy(
            update={"abcd": run.rates.abcd.model_copy(update={"corrected": corrected(0.1)})}
        )
        rows = tuple(
            one.model_copy(update={"corrected": corrected(1.25)}) for one in run.closure.closure
        )
        fields = vars(run) | {
            "rates": rates,
            "closure": run.closure.model_copy(update={"closure": rows}),
        }
        run = type(run)(**fields)
    page = render(run, {})
    assert ("firmware: predicted/observed, with κ" in page) is given
    assert ("at most 1.25, at" in page) is given
    assert ("without κ and 110.0 ± 8.0 with it" in page) is given
    assert ('<td class="whole">here</td>' in page) is given
