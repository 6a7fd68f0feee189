"""Records of numbers that figures and tables of a report are made of."""
