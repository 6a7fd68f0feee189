"""Files written whole or not at all, arrays, what is shipped, templates, commands."""
