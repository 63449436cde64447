"""Work beside the event loop, in the threads of a pool: only so many requests are in the database at once.

Nothing here may wait for a thread in the event loop itself.
"""

import asyncio
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def result(work: Future[T]) -> T:
    """What the work in a pool comes to, waited for without holding up the event loop."""
    return work.result() if work.done() else await asyncio.wrap_future(work)
