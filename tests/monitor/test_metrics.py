"""Metrics for Prometheus, scraped over HTTP."""

import socket
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from trigger_ad.errors import ConfigError
from trigger_ad.monitor.metrics import Board, serve
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.toys import TRUTH, Plan, simulate
from trigger_ad.monitor.watch import advance


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_scrape():
    board, settings = Board(), Settings(kappa=TRUTH)
    port, end = serve(board, "127.0.0.1", 0)
    try:
        assert scrape(port)["trigger_ad_section",] == -1
        state = MonitorState()
        for counts in simulate("no events", 4, Plan(sections=40, start=40)):
            before, state = state, advance(state, counts, settings)
        board.state, board.read_at = before, 12.5
        found = scrape(port)
        last = before.history[-1]
        assert found["trigger_ad_section",] == 39
        assert found["trigger_ad_read_timestamp_seconds",] == 12.5
        assert found["trigger_ad_observed_events",] == last.observed
        assert found["trigger_ad_predicted_events",] == last.predicted
        assert found["trigger_ad_pull",] == last.pull
        assert found["trigger_ad_rate_hz", "D"] == last.rates[3]
        assert found["trigger_ad_cusum", "A"] == before.charts["A"].level
        assert found["trigger_ad_alarm", "dead", "red"] == 0
        board.state = state
        found = scrape(port)
        assert found["trigger_ad_alarm", "dead", "red"] == 1
        assert found["trigger_ad_alarm", "signal", "red"] == 0
        assert found["trigger_ad_alarms_total", "dead"] == 1
        assert ("trigger_ad_pull",) not in found
    finally:
        end()


def test_an_address_that_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            serve(Board(), "127.0.0.1", port)
    assert str(caught.value).startswith(
        f"127.0.0.1:{port} must be an address that is free to listen on, not "
    )
    assert str(caught.value).endswith(": choose another host or port")
