"""Who may import whom, as data, and the check of it.

One line per layer: what it may import beside itself. The test of this table fails when two layers need each other.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath
from types import MappingProxyType

from tests.house.tree import Tree

_RECORDS = frozenset({"sync.errors", "sync.records"})
_REVISIONS = _RECORDS | {"sync.revisions"}
_REPLICA = _REVISIONS | {"sync.replica"}
_EXCHANGE = _REPLICA | {"sync.exchange"}
_BASE = _REPLICA | {
    "desktop.settings",
    "desktop.problem_words",
    "desktop.whole_files",
    "desktop.stick_words",
    "desktop.link_words",
    "desktop.day_progress",
    "desktop.collector",
}
_DOING = _BASE | {"desktop.queries", "desktop.actions", "desktop.letters", "desktop.security", "desktop.proof_words"}
_WINDOW = _DOING | {"desktop.logs", "desktop.assets", "desktop.ui.tones"}

#: Layer -> the layers it may import. A module belongs to the longest name it begins with.
LAYERS: Mapping[str, AbstractSet[str]] = MappingProxyType(
    {
        "sync.errors": frozenset(),
        "sync.enrolment_file": frozenset({"sync.errors"}),
        "sync.update_package": frozenset({"sync.errors"}),
        "sync.records": frozenset({"sync.errors"}),
        "sync.revisions": _RECORDS,
        "sync.replica": _REVISIONS,
        "sync.exchange": _REPLICA,
        "sync.server": _EXCHANGE | {"sync.enrolment_file", "sync.update_package"},
        "desktop.bootstrap": frozenset(),
        "desktop.installed": frozenset(),
        "desktop.settings": frozenset({"sync.errors"}),
        "desktop.logs": frozenset({"sync.errors", "desktop.settings"}),
        "desktop.problem_words": _RECORDS,
        "desktop.whole_files": frozenset(),
        "desktop.collector": frozenset(),
        "desktop.stick_words": frozenset(),
        "desktop.link_words": frozenset(),
        "desktop.day_progress": frozenset(),
        "desktop.security": _REPLICA | {"desktop.settings"},
        "desktop.queries": _BASE,
        "desktop.proof_words": _BASE | {"desktop.queries"},
        "desktop.actions": _BASE | {"desktop.queries"},
        "desktop.ui.tones": frozenset(),
        "desktop.assets": frozenset({"desktop.ui.tones"}),
        "desktop.letters": _BASE | {"desktop.queries", "desktop.assets", "desktop.proof_words"},
        "desktop.ui": _WINDOW | {"sync.enrolment_file", "sync.update_package", "desktop.updates", "desktop.installed"},
        "desktop.app": _WINDOW | {"desktop.ui", "desktop.updates", "desktop.update_start", "desktop.stopping"},
        "desktop.update_start": _WINDOW | {"desktop.ui", "desktop.updates", "desktop.installed", "sync.update_package"},
        "desktop.update_fetching": _EXCHANGE | {"desktop.updates", "desktop.installed", "desktop.settings"},
        "desktop.turns": frozenset(),
        "desktop.priority": frozenset(),
        "desktop.hub": _EXCHANGE | {"sync.server"},
        "desktop.exchanging": _EXCHANGE | {"desktop.hub", "desktop.settings", "desktop.security", "desktop.actions"},
        "desktop.round": _EXCHANGE | {"desktop.exchanging", "desktop.settings", "desktop.update_fetching"},
        "desktop.stopping": frozenset({"sync.errors", "desktop.settings"}),
        "desktop.agent": _EXCHANGE
        | {
            "desktop.stopping",
            "desktop.settings",
            "desktop.logs",
            "desktop.security",
            "desktop.queries",
            "desktop.exchanging",
            "desktop.round",
            "desktop.turns",
            "desktop.priority",
            "desktop.updates",
        },
        "desktop.commands": _DOING
        | _EXCHANGE
        | {"desktop.hub", "desktop.logs", "desktop.updates", "desktop.installed"}
        | {"sync.enrolment_file", "sync.update_package"},
        "desktop.demo": _WINDOW
        | _EXCHANGE
        | {"desktop.ui", "desktop.app", "desktop.agent", "desktop.commands", "sync.server"},
        "desktop.checks": _WINDOW
        | _EXCHANGE
        | {"desktop.ui", "desktop.app", "desktop.commands", "desktop.demo", "desktop.installed", "sync.server"},
        "desktop.updates": frozenset(
            {"sync.errors", "sync.update_package", "desktop.installed", "desktop.whole_files"}
        ),
        "desktop.self_test": frozenset(
            {"desktop.assets", "desktop.checks", "desktop.installed", "desktop.settings", "desktop.whole_files"}
        ),
        "desktop.cli": _DOING
        | {"desktop.self_test"}
        | {"desktop.logs", "desktop.app", "desktop.commands", "desktop.demo"},
        "desktop.launched": frozenset({"desktop.app", "desktop.cli", "desktop.self_test"}),
        "desktop.__main__": frozenset({"desktop.app", "desktop.cli"}),
    }
)

#: Foreign package -> the only places that may import it.
FOREIGN: Mapping[str, AbstractSet[str]] = MappingProxyType(
    dict.fromkeys(
        ("PySide6", "shiboken6"),
        frozenset(
            {
                "desktop.ui",
                "desktop.app",
                "desktop.agent",
                "desktop.round",
                "desktop.stopping",
                "desktop.update_start",
                "desktop.letters",
                "desktop.assets",
                "desktop.demo",
            }
        )
        | {"desktop.checks", "desktop.self_test"},
    )
    | dict.fromkeys(("requests", "urllib3"), frozenset({"sync.exchange.http", "sync.exchange.downloads"}))
    | dict.fromkeys(("starlette", "uvicorn", "limits", "anyio"), frozenset({"sync.server"}))
    | dict.fromkeys(("sqlalchemy", "alembic"), frozenset({"sync.replica", "sync.server"}))
    | dict.fromkeys(("sqlcipher3", "psycopg"), frozenset({"sync.replica"}))
    | {
        "keyring": frozenset({"desktop.security"}),
        "cryptography": frozenset({"sync.server.hub_certificate"}),
        "zeroconf": frozenset({"sync.exchange.lan"}),
        "ifaddr": frozenset({"sync.exchange.lan"}),
    }
)

#: Layers that run before anything is installed.
STANDARD_LIBRARY_ONLY = frozenset({"desktop.bootstrap", "desktop", "tests", "tests.__main__"})

#: Values only: no disk, no network, no clock, no chance...
PURE = frozenset({"sync.records", "sync.revisions"})
#: ... but in the one module that hands clock and chance in from outside.
IMPURE_MODULE = "sync.revisions.environment"
IMPURE = frozenset(
    {"asyncio", "http", "io", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "ssl", "subprocess"}
    | {"tempfile", "threading", "time", "urllib", "uuid"}
)


def import_problems(tree: Tree) -> Iterator[str]:
    """Every import that points the wrong way."""
    for file, text in tree.modules():
        module = module_name(file)
        for target in imported_names(ast.parse(text, str(file))):
            why = _problem(module, target)
            if why is not None:
                yield f"{file}: imports {target}: {why}"
        if module.split(".", maxsplit=1)[0] in ("desktop", "sync") and "." in module and layer_of(module) is None:
            yield f"{file}: belongs to no layer of the table in tests/house/imports.py"


def module_name(file: PurePosixPath) -> str:
    """``sync/records/patient.py`` is ``sync.records.patient``."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(module: ast.AST) -> Iterator[str]:
    """Full names of what is imported anywhere in a module, also in functions and by name at run time."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def layer_of(name: str) -> str | None:
    """The layer a module or a name in it belongs to."""
    found = [layer for layer in LAYERS if _begins(name, layer)]
    return max(found, key=len, default=None)


def reachable(layer: str) -> set[str]:
    """All layers that importing ``layer`` may load."""
    seen: set[str] = set()
    waiting = [layer]
    while waiting:
        for following in LAYERS[waiting.pop()] - seen:
            seen.add(following)
            waiting.append(following)
    return seen


def _begins(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def _problem(module: str, target: str) -> str | None:
    top = target.split(".", maxsplit=1)[0]
    if target.startswith("."):
        return "relative imports hide the direction"
    if module in STANDARD_LIBRARY_ONLY and top not in sys.stdlib_module_names:
        return None if layer_of(target) == "desktop.bootstrap" else "runs before anything is installed"
    here = layer_of(module)
    if module.split(".", maxsplit=1)[0] not in ("desktop", "sync"):
        return None
    if top == "tests":
        return "the program does not need its tests"
    allowed = FOREIGN.get(top)
    if allowed is not None and not any(_begins(module, place) for place in allowed):
        return f"only {', '.join(sorted(allowed))} may"
    if here in PURE and module != IMPURE_MODULE and top in IMPURE:
        return f"{here} is pure"
    there = layer_of(target)
    if here is None or there is None or there == here or there in LAYERS[here]:
        return None
    return f"{here} may import {', '.join(sorted(LAYERS[here])) or 'nothing of ours'}"
