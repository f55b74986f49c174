"""A process beside a web process that learns orders, so that no page waits for it.

Learning keeps taking the interpreter's lock, and a page is made of many short steps that would each have to
wait for that lock. The process is started when something is to be learned, works at a low priority, and ends
when it has had nothing to do for a while.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from ingest.library.library import Library
from ingest.parallel import BesideError, follow_parent
from litatlas.parts.reviewing.open_reviews import OpenReviews, Task
from litatlas.parts.reviewing.reading_order import Learned

IDLE_SECONDS = 600.0
_NICE = 5


class LearningProcess:
    """Learns for the reviews of one library; threads that ask at once take turns."""

    def __init__(self, library_url: str) -> None:
        self._url = library_url
        self._turn = threading.Lock()
        self._running: tuple[BaseProcess, Connection] | None = None

    def learned(self, task: Task) -> Learned:
        """What a review's decisions teach up to now.

        Raises:
            BesideError: the process failed, or was killed; the next call starts another.
        """
        with self._turn:
            process, pipe = self._running = self._started()
            try:
                pipe.send(task)
                answer: Learned | str = pipe.recv()
            except (OSError, EOFError):
                self.close()
                answer = f"it ended unexpectedly ({process.exitcode})"
        if isinstance(answer, str):
            raise BesideError(
                f"The process that learns the order of a review failed: {answer}.",
                "Decisions are kept without it; the next one tries again.",
            )
        return answer

    def close(self) -> None:
        """End the process."""
        if self._running is not None:
            process, pipe = self._running
            self._running = None
            process.kill()
            process.join()
            pipe.close()

    def _started(self) -> tuple[BaseProcess, Connection]:
        if self._running is not None and self._running[0].is_alive():
            return self._running
        self.close()
        context = multiprocessing.get_context("spawn")  # forking would copy open databases and held locks
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(self._url, theirs), name="screening", daemon=True)
        process.start()
        with suppress(AttributeError, OSError):  # from here: what it imports first takes a while too
            os.setpriority(os.PRIO_PROCESS, process.pid or 0, os.getpriority(os.PRIO_PROCESS, 0) + _NICE)
        theirs.close()
        return process, ours


def _work(library_url: str, pipe: Connection) -> None:
    """The life of the process."""
    follow_parent()
    with Library.open(library_url, migrate=False) as library:
        reviews = OpenReviews()
        while pipe.poll(IDLE_SECONDS):
            try:
                task: Task = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send(_learned(library, reviews, task))
            except Exception as error:
                pipe.send(f"{type(error).__name__}: {error}")


def _learned(library: Library, reviews: OpenReviews, task: Task) -> Learned:
    held = reviews.open(library, task.review.id)
    topics = task.topics if held.stamp == task.stamp else None
    with held.lock:
        lesson = held.standing.lesson(task.stage, task.learner, topics)
    return held.desk.learned(task.stage, task.learner, lesson)
