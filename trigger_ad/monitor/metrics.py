"""Prometheus metrics of the monitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trigger_ad.errors import ConfigError
from trigger_ad.monitor.alarms import KINDS
from trigger_ad.monitor.state import MonitorState
from trigger_ad.storage.extras import require
from trigger_ad.trigger.regions import region_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.simple_server import WSGIServer

    from prometheus_client.core import Metric

__all__ = ["Board", "metrics", "require_client", "serve"]


@dataclass
class Board:
    """Where the monitor hangs out its latest state; read by the server's threads.

    Parameters
    ----------
    state : MonitorState
        Frozen, and exchanged as a whole.
    read_at : float
        When its section was read, in s since 1970.
    """

    state: MonitorState = field(default_factory=MonitorState)
    read_at: float = 0.0


def require_client() -> None:
    """Check that metrics can be served.

    Raises
    ------
    MissingDependencyError
        If prometheus-client is not installed.
    """
    require("serving metrics", "monitor", prometheus_client="prometheus-client")


def serve(board: Board, host: str, port: int) -> tuple[int, Callable[[], None]]:
    """Serve ``/metrics`` in a thread of its own.

    Parameters
    ----------
    board : Board
    host : str
        Address to listen on.
    port : int
        0 takes a free one.

    Returns
    -------
    int
        Port that is listened on.
    callable
        Ends the server.

    Raises
    ------
    ConfigError
        If the address cannot be listened on.
    MissingDependencyError
        If prometheus-client is not installed.
    """
    require_client()
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.registry import Collector

    class States(Collector):
        def collect(self) -> Iterator[Metric]:
            return metrics(board)

    registry = CollectorRegistry()
    registry.register(States())
    try:
        server, thread = start_http_server(port, host, registry)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"{host}:{port}",
            "must be an address that is free to listen on",
            str(error).lower(),
            "choose another host or port",
        ) from None
    return server.server_port, lambda: _end(server, thread.join)


def _end(server: WSGIServer, join: Callable[[], None]) -> None:
    server.shutdown()
    server.server_close()
    join()


def metrics(board: Board) -> Iterator[Metric]:
    """All metrics of the latest state."""
    from prometheus_client.core import CounterMetricFamily as Counter
    from prometheus_client.core import GaugeMetricFamily as Gauge

    state = board.state
    yield Gauge("trigger_ad_run", "Run of the latest section", state.run)
    yield Gauge("trigger_ad_section", "Latest luminosity section", state.section)
    yield Gauge("trigger_ad_read_timestamp_seconds", "When it was read", board.read_at)
    yield Gauge("trigger_ad_sections_used", "Sections of the run that were used", state.sections)
    yield Gauge("trigger_ad_lines_left_out", "Lines that were not", state.skipped)
    alarm = Gauge("trigger_ad_alarm", "1 while an alarm is active", labels=["kind", "level"])
    raised = Counter("trigger_ad_alarms", "Alarms raised", labels=["kind"])
    active = {alarm.kind for alarm in state.active}
    for kind, about in KINDS.items():
        alarm.add_metric([kind, about.level], kind in active)
        raised.add_metric([kind], state.raised.get(kind, 0))
    yield alarm
    yield raised
    charts = Gauge(
        "trigger_ad_cusum", "In thresholds; above 0 has risen, below fallen", labels=["quantity"]
    )
    for name, chart in state.charts.items():
        charts.add_metric([name], chart.level)
    yield charts
    yield from _section(state)


def _section(state: MonitorState) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily as Gauge

    if not state.history:
        return
    last = state.history[-1]
    yield Gauge("trigger_ad_pileup", "Mean pile-up", last.pileup)
    yield Gauge("trigger_ad_live_fraction", "Live part of the section", last.live)
    rates = Gauge("trigger_ad_rate_hz", "Of live time, before prescale", labels=["region"])
    for region, rate in zip(region_names(len(last.rates)), last.rates, strict=True):
        rates.add_metric([region], rate)
    yield rates
    yield Gauge("trigger_ad_observed_events", "Events in A in the section", last.observed)
    for name, value, text in (
        ("predicted_events", last.predicted, "kappa N_B N_C / N_D"),
        ("predicted_events_error", last.error, "One standard deviation"),
        ("pull", last.pull, "(observed - predicted) / spread"),
    ):
        if value is not None:
            yield Gauge(f"trigger_ad_{name}", text, value)
    if state.window.ratio is not None:
        ratio, error = state.window.ratio
        yield Gauge("trigger_ad_ratio", "Observed / predicted in the window", ratio)
        yield Gauge("trigger_ad_ratio_error", "One standard deviation", error)
