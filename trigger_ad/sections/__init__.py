"""Sections: what a configuration is made of; rooms hold those of what is theirs."""
