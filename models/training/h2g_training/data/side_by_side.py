"""The same task for many slides in several processes."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(task: Callable[..., Result], arguments: Sequence[tuple], workers: int) -> Iterator[Result]:
    """Each result as it is done; the first failure ends all."""
    # Spawned, since a fork of a process with threads (TensorFlow's, JAX's) may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, min(workers, len(arguments))), mp_context=context) as pool:
        try:
            for done in as_completed([pool.submit(task, *each) for each in arguments]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)
