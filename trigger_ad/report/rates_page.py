"""The page of a scan of rates: one HTML file that needs no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trigger_ad.menu.scan import ScanRecord
from trigger_ad.pages.save import image
from trigger_ad.pages.templating import environment
from trigger_ad.report import figures as draw
from trigger_ad.report.numbers.diagonal import closures, diagonal
from trigger_ad.report.numbers.menu import Overlaps, overlaps
from trigger_ad.report.numbers.pileup import against_pileup
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.report.numbers.tradeoff import trade_off
from trigger_ad.report.plots import Plot, Shown
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE
from trigger_ad.storage.files import write_text

__all__ = ["PLOTS", "caption_of", "render", "write"]

_TEMPLATES = Path(__file__).parent / "templates"


def _overlaps(scan: Scan) -> Overlaps | None:
    menu = scan.record.menu
    return None if menu is None else overlaps(menu, scan.record.input_rate_hz, scan.live)


#: Every figure of the page; design effects are put into the captions.
PLOTS: tuple[Plot, ...] = (
    Plot(
        "diagonal",
        diagonal,
        draw.staircase.draw,
        "svg",
        "Region A before prescale {along}, against its threshold on score 1 (below) and "
        "the one on score 2 {other} (above). The band is the 95 % interval; "
        "events are not independent, and every point has the design effect of region A at the "
        "working point, {effect:.2f}. The dashed part has fewer than 100 effective events. The "
        "diamond is the working point.",
    ),
    Plot(
        "pileup",
        against_pileup,
        draw.pileup.draw,
        "svg",
        "Rates against pile-up in bins of 5 collisions: those of a fill in which every crossing "
        "has this pile-up. Bars are 95 % intervals with the design effects of all events; arrows "
        "are 95 % upper limits of regions with fewer than 100 effective events. Bins with fewer in "
        "all regions together are left out. Regions are set apart sideways for clarity.",
    ),
    Plot(
        "closure",
        closures,
        draw.predictions.draw,
        "svg",
        "Background of region A predicted from B, C and D over what is observed, {along} "
        "and in bins of pile-up. Bars are 95 % intervals with the design effect of the "
        "working point, {closure_effect:.2f}, and may leave the frame; the band is ±10 %. Hollow "
        "points have fewer than 100 effective events in region A: they are extrapolation. Points "
        "{along} share their events.",
    ),
    Plot(
        "trade_off",
        trade_off,
        draw.tradeoff.draw,
        "svg",
        "Least read-out for a prediction with an error of f times the square root of the events "
        "in A, at the counts of this scan: with random prescalers, where events count as "
        "independent, and with counting prescalers of unknown phase, which holds if all that they "
        "accept is used. Counters before prescale need no read-out. The diamond is the prescales "
        "in the registers, with their rule.",
    ),
    Plot("overlap", _overlaps, draw.overlap.draw, "svg", draw.overlap.CAPTION),
)


#: How a caption names the curve of the working point: diagonal, or with the cut of score 2 held.
_CUT = {
    False: {"along": "along the diagonal", "other": "that as many events reach"},
    True: {"along": "along score 1 with the cut of score 2 held", "other": "that is held"},
}


#: What a caption adds where events were drawn in strata.
IN_STRATA = {
    "diagonal": "Events were drawn in strata: this is the design effect of the whole variance, and "
    "each stratum has its own.",
    "pileup": "Events were drawn in strata; how probable each is in a bin is estimated from its "
    "events there.",
    "closure": "Events were drawn in strata and count as they occur.",
    "trade_off": "Events were drawn in strata: the counts are those of as many events drawn alike.",
}


def write(record: ScanRecord, path: Path) -> None:
    """Write the page of a scan whole.

    Parameters
    ----------
    record : ScanRecord
        What `run.rates.scan` returns, or `ScanRecord.read` of its file; nothing else is read.
    path : Path
    """
    write_text(path, render(record))


def render(record: ScanRecord) -> str:
    """Return the page; everything that comes from the record is escaped."""
    scan = Scan(record)
    return (
        environment(_TEMPLATES)
        .get_template("scan.html.j2")
        .render(scan=scan, plots=dict(_plots(scan)), fewest=LEAST_EFFECTIVE)
    )


def _plots(scan: Scan) -> Iterator[tuple[str, Shown]]:
    """Every figure that the record has the numbers for, by name."""
    for plot in PLOTS:
        picked = plot.pick(scan)
        if picked is not None:
            shown = image(plot.draw(picked), plot.name, plot.kind)
            yield plot.name, Shown(shown, caption_of(plot, scan))


def caption_of(plot: Plot, scan: Scan) -> str:
    """Caption of a figure of this scan."""
    caption = plot.caption.format(
        effect=scan.effect, closure_effect=scan.closure_effect, **_CUT[scan.held]
    )
    if not scan.plain and plot.name in IN_STRATA:
        caption += f" {IN_STRATA[plot.name]}"
    return caption
