"""The family of errors that callers of this package may meet.

    RujukError
    ├── BadInput           what was given cannot be right; nothing was stored
    ├── ReplicaError       the surroundings of the database failed; nothing was overwritten
    │   ├── SqliteTooOld   the SQLite library could lose commits
    │   ├── FileNewer      the file was written by a newer program
    │   ├── FileDamaged    the file cannot be read (damaged, or another key)
    │   └── FileLocked     another program holds the file
    ├── LinkError          the other computer could not be used; everything waits where it was
    │   ├── Unreachable    no answer: an unknown outcome, send the same again
    │   │   └── Interrupted   given up for something more urgent, which goes first now
    │   ├── NotAllowed     this computer or code is not accepted
    │   ├── Refused        the other side says the request itself is wrong
    │   └── ServerFault    the other side failed or is busy
    └── BundleError        a file from a stick cannot be used; nothing of it was stored
        ├── NotABundle     it is something else
        ├── BundleNewer    a newer program has written it
        ├── BundleCut      its end is missing
        ├── BundleAltered  it is damaged or was changed, or nobody here has its key
        ├── BundleElsewhere     it is for another computer
        ├── BundleOtherDistrict it is of another district
        ├── BundleSender   its sender is not known, or was revoked
        ├── BundleStale    it was answered before the server was put back from a copy
        └── NoServerKey    this computer does not know yet for whom to seal

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


class BundleError(RujukError):
    """A file that travelled on a stick cannot be used. Nothing of it was stored, and whatever waited still waits.

    ``code`` says the same to programs, also over HTTP.
    """

    code = "bundle"


class NotABundle(BundleError):
    """The file is no bundle."""

    code = "not_a_bundle"


class BundleNewer(BundleError):
    """A newer version of the program has written this bundle."""

    code = "bundle_newer"


class BundleCut(BundleError):
    """The bundle ends too early, as when the stick was pulled out."""

    code = "bundle_cut"


class BundleAltered(BundleError):
    """The bundle is damaged or was changed on its way, or was sealed for a key that is not here."""

    code = "bundle_altered"


class BundleElsewhere(BundleError):
    """The bundle is for another computer."""

    code = "bundle_elsewhere"


class BundleOtherDistrict(BundleError):
    """The bundle is of another district."""

    code = "bundle_other_district"


class BundleSender(BundleError):
    """The computer that wrote the bundle is not known to the server, or was revoked."""

    code = "bundle_sender"


class BundleStale(BundleError):
    """The server that answered has been put back from a copy since: what it said then may not be true any more."""

    code = "bundle_stale"


class NoServerKey(BundleError):
    """This computer has not learned the server's key yet, so it cannot seal anything for it."""

    code = "no_server_key"
