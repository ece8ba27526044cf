"""Makes batches ahead of their use, on threads, in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Key = TypeVar("Key")
Batch = TypeVar("Batch")


def prefetch(make: Callable[[Key], Batch], keys: Iterable[Key], threads: int) -> Iterator[Batch]:
    """Yields make(key) for each key, up to two batches a thread ahead; closing it waits only for those under way."""
    waiting: deque[Future[Batch]] = deque()
    keys = iter(keys)
    with ThreadPoolExecutor(threads, thread_name_prefix="batch") as pool:
        try:
            for key in keys:
                waiting.append(pool.submit(make, key))
                if len(waiting) >= 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
