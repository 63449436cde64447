"""The papers that go with the installer: all licences in one file, and the list of all parts (SBOM, CycloneDX).

Every package that is shipped must have a licence text here; one without it stops the build.
"""

import email
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.installer.inputs import LOCK, RUNTIME_ARCHIVE_SHA256, CannotBuild

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
#: Packages whose wheels carry no licence text: where it is said instead.
_ELSEWHERE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Part:
    """A package that is shipped."""

    name: str
    version: str
    licence: str
    texts: Sequence[str]


def parts_in(packages: Path) -> list[Part]:
    """The packages in a folder that uv has filled."""
    found = []
    for papers in sorted(packages.glob("*.dist-info")):
        head = email.message_from_string((papers / "METADATA").read_text("utf-8"))
        licence = head.get("License-Expression") or head.get("License") or ""
        classifiers = [
            text.rpartition(" :: ")[2] for text in head.get_all("Classifier", []) if text.startswith("License")
        ]
        short = licence if licence and "\n" not in licence and len(licence) < 120 else ", ".join(classifiers)
        texts = [
            path.read_text("utf-8", "replace")
            for path in sorted(papers.rglob("*"))
            if path.is_file() and _LICENCE_FILE.search(path.name)
        ]
        found.append(Part(head["Name"], head["Version"], short or "see text", texts))
    return found


def licences(own: str, python: str, parts: Sequence[Part]) -> str:
    """All licence texts in one."""
    blocks = [("Rujuk", own), ("Python", python)]
    for part in parts:
        texts = "\n\n".join(part.texts) or f"Licence: {part.licence}\n"
        blocks.append((f"{part.name} {part.version} ({part.licence})", texts))
    line = "=" * 78
    return "".join(f"{line}\n{title}\n{line}\n\n{text.strip()}\n\n\n" for title, text in blocks)


def bill_of_materials(version: str, parts: Sequence[Part]) -> str:
    """What is in the installer, as CycloneDX 1.6 in JSON; without a time, so that two builds are equal."""
    hashes = locked_hashes()
    components: list[dict[str, Any]] = [
        {
            "type": "platform",
            "name": "CPython (embeddable, Windows, 64 bit)",
            "version": "3.12.9",
            "licenses": [{"license": {"id": "PSF-2.0"}}],
            "hashes": [{"alg": "SHA-256", "content": RUNTIME_ARCHIVE_SHA256}],
        }
    ]
    for part in parts:
        key = _canonical(part.name)
        if key not in hashes:
            raise CannotBuild(f"{part.name} is not in {LOCK.name}")
        components.append(
            {
                "type": "library",
                "name": part.name,
                "version": part.version,
                "purl": f"pkg:pypi/{key}@{part.version}",
                "licenses": [{"license": {"name": part.licence}}],
            }
        )
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "Rujuk", "version": version}},
        "components": components,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def locked_versions() -> Mapping[str, str]:
    """The packages of the lock, each with its version."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", LOCK.read_text("utf-8"), re.MULTILINE)
    return {_canonical(name): version for name, version in found}


def locked_hashes() -> Mapping[str, Sequence[str]]:
    """The packages of the lock and the sums that are allowed for each."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in LOCK.read_text("utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==", line)
        if match:
            name = _canonical(match[1])
            found[name] = []
        found.get(name, []).extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def _canonical(name: str) -> str:
    """A package's name as every index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()
