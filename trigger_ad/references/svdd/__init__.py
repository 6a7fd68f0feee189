"""Deep SVDD ensemble: networks that send every event to a point, all trained together."""
