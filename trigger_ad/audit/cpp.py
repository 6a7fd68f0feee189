"""C++ as a synthesis reads it: functions, structures and pragmas of one source.

Enough for the sources of an HLS project, which are written by templates and by hand in one style;
not a parser of C++.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Function", "Pragma", "Statement", "Structure", "pragmas", "read", "statements"]

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)

_CONDITION = re.compile(r"#\s*(ifdef|ifndef|if|else|elif|endif)\b *(\w*)")

_PRAGMA = re.compile(r"^[ \t]*#pragma HLS (.*?)[ \t]*$", re.M | re.I)

_OPTION = re.compile(r"(\w+)=(\S+)")


@dataclass(frozen=True)
class Statement:
    """Text up to a semicolon, or up to a block in braces and that block.

    Parameters
    ----------
    head : str
        With single spaces.
    body : str or None
        Between the braces.
    """

    head: str
    body: str | None


@dataclass(frozen=True)
class Function:
    """A function with its body.

    Parameters
    ----------
    scope : str
        Namespaces and structures around it, ``""`` outside of all.
    name : str
    head : str
        All before the body.
    arguments : tuple of str
    body : str
    """

    scope: str
    name: str
    head: str
    arguments: tuple[str, ...]
    body: str

    def argument_names(self) -> tuple[str, ...]:
        """Names of the arguments, without references and sizes of arrays."""
        return tuple(re.findall(r"\w+", text.partition("[")[0])[-1] for text in self.arguments)


@dataclass(frozen=True)
class Structure:
    """A structure or class with what it declares."""

    scope: str
    name: str
    members: tuple[Statement, ...]


@dataclass(frozen=True)
class Pragma:
    """A pragma of HLS: its kind in capitals, its options, and as it is written."""

    kind: str
    options: tuple[tuple[str, str], ...]
    text: str

    def get(self, option: str) -> str | None:
        """Value of an option, or None."""
        return dict(self.options).get(option)


@dataclass(frozen=True)
class Source:
    """What a source defines.

    Parameters
    ----------
    functions : tuple of Function
    structures : tuple of Structure
    variables : tuple of Statement
        Everything else outside of functions and structures.
    """

    functions: tuple[Function, ...]
    structures: tuple[Structure, ...]
    variables: tuple[Statement, ...]


def read(text: str) -> Source:
    """Definitions of a source, as they are where ``__SYNTHESIS__`` is defined."""
    found = list(_definitions(_synthesised(_COMMENT.sub("", text)), ""))
    return Source(
        tuple(one for one in found if isinstance(one, Function)),
        tuple(one for one in found if isinstance(one, Structure)),
        tuple(one for one in found if isinstance(one, Statement)),
    )


def pragmas(body: str) -> tuple[Pragma, ...]:
    """Pragmas of HLS in the body of a function, in order."""
    found = []
    for match in _PRAGMA.finditer(body):
        text = match[1]
        found.append(Pragma(text.split()[0].upper(), tuple(_OPTION.findall(text)), text))
    return tuple(found)


def statements(text: str) -> Iterator[Statement]:
    """Statements of a text that lie in no braces of it."""
    text = re.sub(r"^[ \t]*#[^\n]*$", "", text, flags=re.M)
    start = depth = parentheses = 0
    opened = -1
    for match in re.finditer(r"[{}();]", text):
        place, letter = match.start(), match[0]
        if letter == "{":
            opened, depth = (place, 1) if depth == 0 else (opened, depth + 1)
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield Statement(" ".join(text[start:opened].split()), text[opened + 1 : place])
                start = place + 1
        elif depth == 0:
            parentheses += (letter == "(") - (letter == ")")
            if letter == ";" and parentheses == 0:
                head = " ".join(text[start:place].split())
                start = place + 1
                if head:
                    yield Statement(head, None)


def _definitions(text: str, scope: str) -> Iterator[Function | Structure | Statement]:
    for statement in _with_pragmas(text):
        head, body = statement.head, statement.body
        space = re.fullmatch(r'(?:inline )?namespace ?(\w*)|extern "C"', head)
        structure = re.search(r"\b(?:struct|class|union) (\w+)(?: :[^:].*)?$", head)
        if body is not None and space:
            yield from _definitions(body, _join(scope, space[1] or ""))
        elif body is not None and structure:
            inner = _join(scope, structure[1])
            yield Structure(scope, structure[1], tuple(statements(body)))
            yield from (one for one in _definitions(body, inner) if isinstance(one, Function))
        elif body is not None and (call := _call(head)):
            yield Function(scope, call[0], head, call[1], body)
        elif body is not None or not head.startswith(("using ", "typedef ", "template ")):
            yield statement


def _with_pragmas(text: str) -> Iterator[Statement]:
    """Statements whose bodies keep their pragmas."""
    hidden = re.sub(r"^([ \t]*)#pragma HLS ", r"\1@pragma HLS ", text, flags=re.M | re.I)
    for statement in statements(hidden):
        body = statement.body
        yield Statement(
            statement.head, None if body is None else body.replace("@pragma", "#pragma")
        )


def _call(head: str) -> tuple[str, tuple[str, ...]] | None:
    """Name and arguments of a function, or None where a head is none."""
    match = re.search(r"([\w~]+)\s*\(([^()]*)\)(?: const)?(?: :[^:].*)?$", head)
    if match is None or "=" in head.partition("(")[0]:
        return None
    depth, words = 0, [""]
    for letter in match[2]:
        depth += (letter == "<") - (letter == ">")
        if letter == "," and depth == 0:
            words.append("")
        else:
            words[-1] += letter
    return match[1], tuple(word.strip() for word in words if word.strip())


def _join(scope: str, name: str) -> str:
    return "::".join(part for part in (scope, name) if part)


def _synthesised(text: str) -> str:
    """Text without what only a simulation compiles; other conditions are taken to hold."""
    lines, taken = [], [True]
    for line in text.splitlines():
        match = _CONDITION.match(line.strip())
        if match is None:
            lines.append(line if all(taken) else "")
        elif match[1] in ("if", "ifdef", "ifndef"):
            taken.append((match[1], match[2]) != ("ifndef", "__SYNTHESIS__"))
        elif match[1] == "endif":
            taken.pop()
        else:
            taken[-1] = not taken[-1]
    return "\n".join(lines)
