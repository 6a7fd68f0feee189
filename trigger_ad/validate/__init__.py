"""Forms of a trigger against each other, and students against their teachers."""
