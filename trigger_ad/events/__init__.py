"""Events: files and generators of particles."""
