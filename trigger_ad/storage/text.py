"""Text as editors and spreadsheets save it: encoding, byte-order mark, ends of lines."""

from __future__ import annotations

import re

from trigger_ad.errors import ConfigError

__all__ = ["MARK", "decoded", "lines"]

#: Byte-order mark, with which some programs begin a file.
MARK = "\ufeff"

#: What no text has, ends of lines and tabs aside.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def decoded(raw: bytes) -> str:
    r"""Text of a file without its byte-order mark; ends of lines stay.

    Raises
    ------
    UnicodeDecodeError
        If it is not UTF-8.

    Examples
    --------
    >>> decoded(b"\xef\xbb\xbfa,b\r\n")
    'a,b\r\n'
    """
    return raw.decode("utf-8").removeprefix(MARK)


def lines(text: str, source: str) -> list[str]:
    r"""Lines without their ends, which are ``\n`` or ``\r\n``, also mixed.

    Parameters
    ----------
    text : str
    source : str
        Names the text in errors.

    Raises
    ------
    ConfigError
        If a line ends in ``\r`` alone, or there are control characters: half of the programs
        would see other lines than this one.

    Examples
    --------
    >>> lines("a\r\nb\n\nc", "f")
    ['a', 'b', '', 'c']
    """
    found = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(found, 1):
        odd = _CONTROL.search(line)
        if odd is not None:
            raise _odd(f"{source}:{number}", odd[0])
    return found


def _odd(where: str, character: str) -> ConfigError:
    if character == "\r":
        return ConfigError(
            where,
            r"must have lines that end in \n or \r\n",
            r"in \r alone",
            "save the file again with the line ends of Linux or Windows",
        )
    return ConfigError(
        where, "must be text", f"the control character {character!r}", "save the file again as text"
    )
