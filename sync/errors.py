"""The family of errors that callers of this package may meet.

    RujukError
    ├── BadInput           what was given cannot be right; nothing was stored
    ├── ReplicaError       the surroundings of the database failed; nothing was overwritten
    │   ├── SqliteTooOld   the SQLite library could lose commits
    │   ├── FileNewer      the file was written by a newer program
    │   ├── FileDamaged    the file cannot be read (damaged, or another key)
    │   └── FileLocked     another program holds the file
    └── LinkError          the other computer could not be used; everything waits where it was
        ├── Unreachable    no answer: an unknown outcome, send the same again
        │   └── Interrupted   given up for something more urgent, which goes first now
        ├── NotAllowed     this computer or code is not accepted
        ├── Refused        the other side says the request itself is wrong
        └── ServerFault    the other side failed or is busy

Anything else that is raised is a bug. Messages are for logs: they carry ids and codes, never names, NIK or diagnoses;
the window words its own sentences.
"""


class RujukError(Exception):
    """Base of all expected errors."""


class BadInput(RujukError):
    """A value or message that cannot be right; ``field`` names where, if it is one field."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class ReplicaError(RujukError):
    """The database could not be used; its file was left exactly as it was."""


class SqliteTooOld(ReplicaError):
    """SQLite before 3.51.3 can lose commits when two connections write in WAL mode."""


class FileNewer(ReplicaError):
    """A newer version of the program has written this file."""


class FileDamaged(ReplicaError):
    """The file cannot be read: damaged, or encrypted with another key."""


class FileLocked(ReplicaError):
    """Another program holds the file."""


class LinkError(RujukError):
    """The other computer could not be used; what waits goes on waiting.

    ``code`` is the other side's word for the reason, where it gave one; ``retry_after_s`` how long it asks to wait.
    """

    def __init__(self, reason: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.retry_after_s = retry_after_s


class Unreachable(LinkError):
    """No (whole) answer came: whether the other side did the work is unknown."""


class Interrupted(Unreachable):
    """The message was given up half way for something more urgent."""


class NotAllowed(LinkError):
    """The other side does not accept this computer, or the one-time code."""


class Refused(LinkError):
    """The other side says that the request is wrong (4xx)."""


class ServerFault(LinkError):
    """The other side failed (5xx) or asked to come back later (429)."""
