"""How much to put into one message: as much as the link carries in about three seconds, less after trouble.

A cut then costs at most one chunk, and a fast link is not held up by small ones. Where several messages travel in one
train, a cut costs a part of one of them, and the train as a whole is what is sized.
"""

from dataclasses import dataclass, replace

SMALLEST = 8 * 2**10
LARGEST = 2**20
#: After each train its sender waits until the last of it is worked on, so a fast link is given few of them.
LARGEST_TRAIN = 2**22
#: Trouble alone makes messages no smaller: small ones hardly compress.
AFTER_TROUBLE = 64 * 2**10
START = 128 * 2**10
SECONDS = 3.0
#: A train that breaks off keeps what had arrived, so it may take longer.
TRAIN_SECONDS = 8.0
#: Bytes of revisions in one message of a train.
PART = 64 * 2**10
#: How much more at most the next message holds, as long as there was no trouble, and always the next train: of one that
#: breaks off what arrived counts, and each begins compressing anew, so many short ones cost more than the cuts.
GROWTH = 4.0


@dataclass(frozen=True, slots=True)
class Pace:
    """``budget``: bytes of revisions (before compression) in the next message or train; ``growth``: how much more at
    most in the message after it; ``part``: bytes in one message of a train; ``most``: as
    many bytes as the other side, or a proxy before it, takes."""

    budget: int = START
    growth: float = GROWTH
    part: int = PART
    most: int = LARGEST_TRAIN

    def after(self, size: int, seconds: float, *, train: bool = False) -> "Pace":
        """The pace after ``size`` bytes took ``seconds``; nearly nothing teaches nothing. ``train``: as is the next."""
        if size < self.budget // 2:
            return self
        wanted = int(size * (TRAIN_SECONDS if train else SECONDS) / max(seconds, 0.001))
        largest = min(LARGEST_TRAIN if train else LARGEST, self.most)
        grown = int(self.budget * (GROWTH if train else self.growth))
        return replace(self, budget=max(SMALLEST, min(largest, wanted, grown)))

    def after_too_large(self, size: int) -> "Pace":
        """The pace after ``size`` bytes were refused for being too many."""
        half = max(SMALLEST, min(size, self.budget) // 2)
        return replace(self, budget=half, most=half)

    def after_trouble(self, *, train: bool = False) -> "Pace":
        """The pace after something was lost: where a link is cut, it is cut again."""
        if train:
            return replace(self, budget=min(self.budget, max(AFTER_TROUBLE, self.budget // 2)))
        budget = min(self.budget, max(AFTER_TROUBLE, self.budget // 4))
        return replace(self, budget=budget, growth=min(self.growth, 1.25))


BEGINNING = Pace()
