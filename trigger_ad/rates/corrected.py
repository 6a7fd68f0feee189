"""A background prediction times a non-closure factor, with what that factor was measured from."""

from __future__ import annotations

from trigger_ad.storage.record import Record

__all__ = ["Corrected", "KappaSource"]


class KappaSource(Record):
    """One measurement of a non-closure factor, none of it on the events of region A it is for.

    Parameters
    ----------
    name : str
        Of the sample or of the plane beside the cut.
    value, error : float
        Observed over predicted, with one standard deviation.
    effective_events : float
        In its region A.
    used : bool
        Whether it is in the combination; planes with fewer than 100 effective events are not.
    """

    name: str
    value: float
    error: float
    effective_events: float
    used: bool


class Corrected(Record):
    """Prediction of region A times kappa, see `abcd.combined_kappa`.

    Parameters
    ----------
    kappa, kappa_error : float
        Combined, with one standard deviation.
    disagreement : float
        Relative part of that error that comes from planes that disagree.
    predicted, predicted_error : float
        kappa N_B N_C / N_D.
    ratio, ratio_error : float
        Predicted over observed, errors of both and of kappa.
    interval95 : tuple of float
    significance : float
        Of the excess of observed events, which comes from non-closure where all are background.
    sources : tuple of KappaSource
    """

    kappa: float
    kappa_error: float
    disagreement: float
    predicted: float
    predicted_error: float
    ratio: float
    ratio_error: float
    interval95: tuple[float, float]
    significance: float
    sources: tuple[KappaSource, ...]
