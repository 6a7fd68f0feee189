"""What must not explain a score: azimuth, flavour of leptons, pile-up."""
