"""What was sent in a train and never answered: to ask how much of it has arrived costs less than to send it again.

The database remembers that there is such, for a power cut. Nothing here sends a revision or marks one.
"""

from sync.errors import Refused, Unreachable
from sync.exchange.arrival import ask_arrived, sent
from sync.exchange.composing import Group, divided, size_of
from sync.exchange.pace import LARGEST_TRAIN
from sync.exchange.transport import Transport
from sync.replica.replica import Replica
from sync.revisions.packing import PACK_LIMIT
from sync.revisions.revision import decode_stored

#: Local value, with the name of the peer: something was sent of which it is not known whether it has arrived.
_NOTE = "exchange.unanswered.{}"
#: Lost questions after which it is sent again: a road that loses only them holds nothing up.
_MOST_QUESTIONS = 3


class Unanswered:
    """The messages under way to ``peer``, for one exchange."""

    def __init__(self, replica: Replica, transport: Transport, peer: str) -> None:
        self._replica = replica
        self._transport = transport
        self._peer = peer
        self._groups: list[Group] = []
        self._lost_questions = 0
        #: Whether the database says that there is such, as it does when the power failed meanwhile.
        self._noted = replica.get_value(_NOTE.format(peer)) is not None
        self._resumes = self._noted

    def begin(self, groups: list[Group], part: int) -> None:
        """These messages, of about ``part`` bytes, are on their way from now on; no others are asked about."""
        self._groups = groups
        self.note(part)

    def answered(self, groups: list[Group], number: int) -> None:
        """The first ``number`` of these messages have their answers; an emergency's are none of :meth:`begin`."""
        if self._groups is groups:
            self._groups = groups[number:]

    def ask(self, part: int) -> list[Group]:
        """The messages that have arrived, if it is worth to ask; the others are to be sent again.

        Raises:
            LinkError: the answer was lost; the next call asks again, but not for ever.
        """
        if self._resumes:
            self._resumes = False
            self._groups = divided(self._replica.waiting(PACK_LIMIT, LARGEST_TRAIN, self._peer), part)
        groups, self._groups = self._groups, []
        if not _is_worth_asking(groups, part):
            return []
        try:
            answers = ask_arrived(self._transport, [sent(decode_stored(body) for _, body in group) for group in groups])
        except Refused:
            # More than the other side tells of at once: then it is sent again and counted once.
            return []
        except Unreachable:
            self._lost_questions += 1
            if self._lost_questions % _MOST_QUESTIONS:
                self._groups = groups
            raise
        return [group for group, held in zip(groups, answers, strict=True) if held]

    def note(self, part: int) -> None:
        """Let the database say whether there is something to ask about first when an exchange begins anew."""
        there = _is_worth_asking(self._groups, part)
        if there is not self._noted and not self._resumes:
            self._replica.set_value(_NOTE.format(self._peer), "1" if there else None)
            self._noted = there


def _is_worth_asking(groups: list[Group], part: int) -> bool:
    return bool(groups) and size_of(groups) >= part // 4
