"""Scores in C++."""

from __future__ import annotations

from collections.abc import Mapping

from trigger_ad.errors import ConversionError
from trigger_ad.hls.steps import Port, Step, steps, used
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.score import Score
from trigger_ad.storage.templates import render

__all__ = ["Port", "render_scores", "score_steps", "used_ports"]


def render_scores(
    namespace: str, include: str, scores: Mapping[str, Score], ports: Mapping[str, Port]
) -> str:
    """C++ header with one function for each score.

    Parameters
    ----------
    namespace : str
    include : str
        Header that defines the types of the ports.
    scores : mapping of str to Score
        By name, which is that of the function.
    ports : mapping of str to Port
        What the firmware has to offer; scores use some of them.

    Raises
    ------
    ConversionError
        If a score reads a port that does not exist or has another type or size.
    """
    records = []
    for name, score in scores.items():
        check_name("the name of a score", name)
        if name in ports:
            raise ConversionError(
                f"the name {name} of a score",
                "must be its own",
                "that of a port",
                "rename the score",
            )
        arrays, found = used_ports(score, ports), score_steps(score)
        records.append({"name": name, "type": score.type, "ports": arrays, "steps": found})
    return render("hls/score.h.j2", namespace=namespace, include=include, scores=records)


def score_steps(score: Score) -> tuple[Step, ...]:
    """Operations of a score in the order of their evaluation."""
    return steps(score.typed, [score.expression])


def used_ports(score: Score, ports: Mapping[str, Port]) -> tuple[Port, ...]:
    """Ports that a score reads, in the order of their first use.

    Raises
    ------
    ConversionError
        If one does not exist or has another type or size.
    """
    return used(score_steps(score), f"score {score.name}", score.ports, ports)
