"""Budgets hold, or one sentence says which does not."""

import re
from dataclasses import replace

import pytest

from trigger_ad import config
from trigger_ad.config import Budget
from trigger_ad.errors import BudgetError, ConfigError
from trigger_ad.ledger.budget import check_budget, latency_ns
from trigger_ad.ledger.rows import ResourceRow, ResourceStage, not_run

RTL = ResourceStage.RTL_SYNTHESIS
ROW = ResourceRow(
    RTL,
    "Yosys",
    lut=9000,
    ff=4000,
    dsp=0,
    bram=2,
    uram=0,
    latency_cycles=12,
    ii=1,
    logic_levels=12,
    clock_ns=4.0,
)
HLS = ResourceRow(
    ResourceStage.C_SYNTHESIS, "Vitis HLS", lut=99_999, latency_cycles=3, clock_ns=1.0
)
FIGURES = {"lut": 9000, "ff": 4000, "dsp": 0, "bram": 2, "uram": 0, "logic_levels": 12}


def test_no_budget_holds_anything():
    check_budget(Budget(), [], RTL)


def test_a_budget_just_met_holds():
    check_budget(Budget(**FIGURES, latency_ns=48.0), [HLS, ROW], RTL)


@pytest.mark.parametrize("name", ["lut", "ff", "bram", "logic_levels"])
def test_a_figure_above_its_budget(name):
    budget = Budget(**{name: FIGURES[name] - 1})
    with pytest.raises(BudgetError) as caught:
        check_budget(budget, [ROW, HLS], RTL)
    sentence = f"must be at most {FIGURES[name] - 1}, not {FIGURES[name]}: "
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(f", or raise budget.{name}")


def test_sentence_of_each_resource():
    rows = [replace(ROW, dsp=114, lut=12_300)]
    with pytest.raises(
        BudgetError,
        match=r"^look-up tables in rtl-synthesis must be at most 10000, not 12300: prune weights, "
        r"take fewer bits or smaller layers, or raise budget.lut$",
    ):
        check_budget(Budget(lut=10_000), rows, RTL)
    with pytest.raises(
        BudgetError, match=r"^DSP slices in .* must be at most 0, not 114: score by"
    ):
        check_budget(Budget(dsp=0), rows, RTL)


def test_latency_is_cycles_times_period():
    assert latency_ns(ROW) == 48.0
    with pytest.raises(
        BudgetError, match=r"^latency in ns in rtl-synthesis must be at most 47.9, not 48: take"
    ):
        check_budget(Budget(latency_ns=47.9), [ROW], RTL)


@pytest.mark.parametrize("missing", ["latency_cycles", "clock_ns"])
def test_latency_is_not_borrowed_from_another_stage(missing):
    row = replace(ROW, **{missing: None})
    assert latency_ns(row) is None
    with pytest.raises(
        BudgetError,
        match=r"^latency in ns in rtl-synthesis must be known to hold the budget of 50, "
        r"not unknown: run the tool of this stage, or leave budget.latency_ns out$",
    ):
        check_budget(Budget(latency_ns=50.0), [row, HLS], RTL)


def test_what_did_not_run_does_not_hold():
    rows = [ROW, not_run(ResourceStage.C_SYNTHESIS, "Vitis", "vitis-run")]
    for found in (rows, [ROW]):
        with pytest.raises(BudgetError, match=r"^look-up tables in C-synthesis must be known to"):
            check_budget(Budget(lut=10_000), found, ResourceStage.C_SYNTHESIS)


def test_the_worst_row_of_a_stage_counts():
    with pytest.raises(BudgetError, match=r"must be at most 9000, not 9001"):
        check_budget(Budget(lut=9000), [ROW, replace(ROW, lut=9001), replace(ROW, lut=1)], RTL)


HEAD = "schema: config/1\nname: example\n"


def test_budget_in_the_configuration():
    text = HEAD + "budget: {lut: 10000, latency_ns: 50, dsp: 0, logic_levels: 12}\n"
    assert config.parse(text).budget == Budget(lut=10_000, latency_ns=50, dsp=0, logic_levels=12)
    assert config.parse(HEAD).budget == Budget()
    assert config.parse(config.dump(config.parse(text))).budget.lut == 10_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lut: -1", "must be greater than or equal to 0, not -1"),
        ("latency_ns: 0", "must be greater than 0, not 0"),
        ("luts: 3", "must be a known key, not 'luts': choose from lut, ff, dsp, bram"),
        ("dsp: 1.5", "not 1.5"),
    ],
)
def test_impossible_budgets_are_refused(text, sentence):
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        config.parse(HEAD + f"budget: {{{text}}}\n")
