"""The enrolment file: what a new computer must be told, to be carried on a stick instead of typed.

It holds a one-time code, so it is worth one enrolment and is worthless afterwards. It must never hold anything else
that is secret.
"""

import msgspec

from sync.errors import BadInput

#: How the names of such files end.
SUFFIX = ".rujuk-daftar"
_FORM = "rujuk-daftar-1"
_LONGEST = 20_000
_KEY_BYTES = 32


class EnrolmentFile(msgspec.Struct, frozen=True, kw_only=True):
    """``facility`` is a name for people; ``server_key`` the server's public key in hexadecimal, to be pinned."""

    form: str = _FORM
    server: str
    code: str
    facility: str
    expires_at: str
    server_key: str

    @property
    def key(self) -> bytes:
        """The server's public key."""
        return bytes.fromhex(self.server_key)


def encode_enrolment(content: EnrolmentFile) -> bytes:
    """The bytes of the file."""
    return msgspec.json.format(msgspec.json.encode(content)) + b"\n"


def decode_enrolment(content: bytes) -> EnrolmentFile:
    """What an enrolment file says.

    Raises:
        BadInput: it is none, or damaged.
    """
    try:
        if len(content) > _LONGEST:
            raise ValueError("too long")
        found = msgspec.json.decode(content, type=EnrolmentFile)
        whole = found.form == _FORM and len(found.key) == _KEY_BYTES and bool(found.server and found.code)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadInput("damaged", field="enrolment_file") from error
    if not whole:
        raise BadInput("damaged", field="enrolment_file")
    return found
