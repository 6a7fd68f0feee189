"""The tables from which names in a configuration choose a section."""

from __future__ import annotations

import types

from trigger_ad.features.layouts import table as layouts
from trigger_ad.features.vectors import table as vectors
from trigger_ad.references.teachers import table as teachers
from trigger_ad.scorers import table as scorers
from trigger_ad.sections.named import Tables

__all__ = ["TABLES"]

#: By the names that the fields give, see `trigger_ad.sections.named.ByName`.
TABLES: Tables = types.MappingProxyType(
    {
        "entries": vectors.CHOICES,
        "layouts": layouts.CHOICES,
        "scorers": scorers.CHOICES,
        "teachers": teachers.CHOICES,
    }
)
