"""What every page shares: names, formats of numbers, style of figures, templates."""
