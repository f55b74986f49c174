"""A process beside a web process that learns orders, so that no page waits for it.

Learning keeps taking the interpreter's lock, and a page is made of many short steps that would each have to
wait for that lock. The process is started when something is to be learned, works at a low priority, and ends
when it has had nothing to do for a while.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from ingest.library.library import Library
from ingest.parallel import BesideError, Helper, helper
from litatlas.parts.reviewing.open_reviews import OpenReviews, Task
from litatlas.parts.reviewing.reading_order import Learned

IDLE_SECONDS = 600.0
_NICE = 5


class LearningProcess:
    """Learns for the reviews of one library; threads that ask at once take turns."""

    def __init__(self, library_url: str, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._url = library_url
        self._idle_seconds = idle_seconds
        self._turn = threading.Lock()
        self._running: Helper | None = None
        self._is_closed = False

    def learned(self, task: Task) -> Learned:
        """What a review's decisions teach up to now.

        Raises:
            BesideError: the process failed, or was killed; the next call starts another. Or it was closed.
        """
        with self._turn:
            answer, ended = self._answer(task)
            if ended == 0:  # it had been idle for long, and ended just now
                answer, ended = self._answer(task)
        if answer is None:
            raise _failed(f"it ended unexpectedly ({ended})")
        if isinstance(answer, str):
            raise _failed(answer)
        return answer

    def close(self) -> None:
        """End the process, whatever it does; nothing is learned any more."""
        self._is_closed = True
        running = self._running
        if running is not None:
            running.process.kill()  # so that who waits for it has an answer, and gives up the turn
        with self._turn:
            self._end()

    def _answer(self, task: Task) -> tuple[Learned | str | None, int | None]:
        """The answer of the process, or None and its exit status."""
        running = self._started()
        try:
            running.pipe.send(task)
            answer: Learned | str = running.pipe.recv()
        except (OSError, EOFError):
            self._end()
            return None, running.process.exitcode
        return answer, None

    def _end(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            running.end()

    def _started(self) -> Helper:
        if self._running is not None and not self._running.process.is_alive():
            self._end()
        if self._running is None and not self._is_closed:
            self._running = self._start()
        if self._running is None or self._is_closed:  # looked at again: it may have been closed meanwhile
            raise _failed("it was closed")
        return self._running

    def _start(self) -> Helper:
        started = helper(_work, self._url, self._idle_seconds, name="screening")
        with suppress(AttributeError, OSError):  # from here: what it imports first takes a while too
            nice = os.getpriority(os.PRIO_PROCESS, 0) + _NICE
            os.setpriority(os.PRIO_PROCESS, started.process.pid or 0, nice)
        return started


def _failed(how: str) -> BesideError:
    return BesideError(
        f"The process that learns the order of a review failed: {how}.",
        "Decisions are kept without it; the next one tries again.",
    )


def _work(pipe: Connection, library_url: str, idle_seconds: float) -> None:
    """The life of the process."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # sent to a whole service: the web process ends this one
    with Library.open(library_url, migrate=False) as library:
        reviews = OpenReviews()
        while pipe.poll(idle_seconds):
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
