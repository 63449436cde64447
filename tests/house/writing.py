"""How files are written: what is checked in every module, and words that must be nowhere.

Each function yields one sentence per mistake. The patterns are written so that they do not find themselves.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.house.tree import Tree

LONGEST_MODULE = 400

_FORBIDDEN: dict[str, re.Pattern[str]] = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w./-])/(?:home/[a-z]+|Users/\w+|root|wor[k]|tmp/[a-z]+)/|\b[A-Za-z]:[\\/]+User[s][\\/]"
    ),
    "the host of a package registry": re.compile(
        r"\b(?:pypi\.(?:org|python)|pythonhosted\.org|deb\.debian|(?:registry\.)?npmjs\.|crates\.io|proxy\.golang)"
    ),
    "a note to do something later": re.compile(r"(?:#|//|<!--).*\b(?:TOD[O]|FIXM[E]|XX[X])\b"),
}
_MARK = re.compile(r"(?:type:\s*ignore|ruff:\s*noqa|noqa)(?P<codes>\[[a-z, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?")
_SHORTEST_REASON = 5


def docstring_problems(tree: Tree) -> Iterator[str]:
    """Modules that do not say what they are for; a package may do with one sentence, a module needs two."""
    for file, text in tree.modules():
        docstring = ast.get_docstring(ast.parse(text, str(file))) or ""
        if not docstring:
            yield f"{file}: has no docstring"
        elif file.parts[0] in ("desktop", "sync") and file.name != "__init__.py" and not _says_enough(docstring):
            yield f"{file}: its docstring does not say what the module is for and must never do"


def _says_enough(docstring: str) -> bool:
    return len(re.findall(r"[.?](?=\s|$)", docstring)) >= 2 or len(docstring.split("\n\n")) >= 2


def size_problems(tree: Tree) -> Iterator[str]:
    """Modules that became too long to be read at once."""
    for file, text in tree.modules():
        lines = len(text.splitlines())
        if lines > LONGEST_MODULE:
            yield f"{file}: {lines} lines, more than {LONGEST_MODULE}"


def word_problems(tree: Tree) -> Iterator[str]:
    """Lines that hold what belongs to one machine, or put work off."""
    for file, text in tree.texts():
        for number, line in enumerate(text.splitlines(), 1):
            for what, pattern in _FORBIDDEN.items():
                if pattern.search(line):
                    yield f"{file}:{number}: {what}"


def silence_problems(tree: Tree) -> Iterator[str]:
    """Comments that silence a tool without naming the rule and giving the reason."""
    for file, text in tree.modules():
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.COMMENT:
                continue
            marks = list(_MARK.finditer(token.string))
            if marks and not all(mark["codes"] for mark in marks):
                yield f"{file}:{token.start[0]}: silences every rule instead of one"
            elif marks and sum(map(str.isalpha, _MARK.sub("", token.string))) < _SHORTEST_REASON:
                yield f"{file}:{token.start[0]}: silences a rule without a reason"
