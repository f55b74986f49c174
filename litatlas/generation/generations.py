"""The generations of one open atlas: the live one, and how it follows what is changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ingest.arrays import ArraysError
from ingest.library.library import Generation, Library
from ingest.parallel import collect_seldom
from ingest.progress import Progress, Silent
from ingest.text.analysis import analyzer
from litatlas.errors import LitatlasError
from litatlas.generation.building import Builder
from litatlas.generation.home import Home
from litatlas.generation.live import Live
from litatlas.generation.publishing import Publisher
from litatlas.generation.store.follower import Follower
from litatlas.generation.store.published_files import PublishedFiles
from search.engines.contract import Engine
from topics.model.segment import SegmentError

if TYPE_CHECKING:
    from litatlas.generation.encodings import Encodings

FRESH_SECONDS = 0.5
"""How long a reader may go on without looking whether something newer was published."""
_LOOKS = 3


class Generations:
    """What every part of an open atlas reads from, and tells of its changes.

    Safe to use from several threads. Readers keep the generation they began with; a new one is picked up
    within half a second.
    """

    def __init__(
        self,
        home: Home,
        library: Library,
        engine: Engine,
        url: str = "",
        encodings: Encodings | None = None,
        files: PublishedFiles | None = None,
    ) -> None:
        """``url`` is where a second process opens the library, where there may be one; ``encodings`` are the
        vectors of an encoder of one's own, where one is set; ``files`` come from a store, where one is."""
        self.encodings = encodings
        self.home = home
        self.library = library
        self.engine = engine
        self._analyzer = analyzer()
        self.files = files or PublishedFiles(home, library)
        self.publisher = Publisher(home, library, engine, self._analyzer, url, self.files)
        self.builder = Builder(home, library, self.publisher)
        self._lock = threading.Lock()
        self._opened: Live | None = None
        self._looked = 0.0
        self._state: Hashable = None
        self._follower = Follower(self.files, self._fetched)

    def state(self) -> Hashable:
        """A mark of all that answers are made of, the same in all processes of this host: while it is the
        same, so are they. None: there is no such mark now.

        What another process has changed is looked at first, so that no answer of before a change gets the
        mark of after it.
        """
        for _ in range(_LOOKS):
            mark = self.library.state()
            if mark is None:
                return None
            state = mark, self.live().state()
            if state == self._state:
                return state
            self.look_again()
            if self.live().is_renamed():
                self.reopen()
                self.live()
            self._state = state  # looked at after it was read: what is open is of this state or a later one
        return None

    def seen(self, visible: frozenset[str] | None) -> Live:
        """The generation as a reader of some collections may know it."""
        return self.live().seen(visible)

    def live(self) -> Live:
        """The generation to read from; made on the first use of an empty atlas."""
        with self._lock:
            now = time.monotonic()
            if self._opened is not None and now - self._looked < FRESH_SECONDS:
                return self._opened
            row = self.library.generation() or self.publisher.sync(Silent())
            if self._opened is None:
                self._opened = self._first(row)
            elif self._follower.is_busy() or not self.files.is_current():
                self._follower.begin()  # readers go on with what this host has
            elif self._opened.row.number != row.number:
                self._opened = self._open(row)
            else:
                self._opened = self._refreshed(self._opened)
            self._looked = now
            return self._opened

    def _first(self, row: Generation) -> Live:
        """The generation that is live, or while its files cannot be fetched, the one that this host has."""
        try:
            self.files.fetch()
        except LitatlasError:
            held = self.files.held()
            rows = [
                each
                for each in self.library.generations()
                if (each.model or "", each.index) == (held.model, held.index)
            ]
            if not rows:
                raise
            return self._open(rows[-1])
        return self._open(row)

    def _open(self, row: Generation) -> Live:
        collect_seldom()  # an answer is thousands of objects that are all dropped at once
        is_copy = self.files.is_shared
        arguments = (self.home, self.library, self.engine, row, self._analyzer, self.encodings)
        try:
            return Live(*arguments, is_copy=is_copy)
        except ArraysError:
            if not self.files.fetch(check=True):
                raise
            return Live(*arguments, is_copy=is_copy)  # what was damaged came anew

    def _refreshed(self, live: Live) -> Live:
        try:
            live.refresh()
        except SegmentError:
            if not self.files.is_shared:
                raise
            return self._open(live.row)  # another host went on from before what this one had written
        return live

    def _fetched(self) -> None:
        """A newer generation was fetched: open it aside, so that nobody waits for that, and let it serve."""
        row = self.library.generation()
        opened = self._opened
        if row is not None and opened is not None and opened.row.number != row.number:
            newer = self._open(row)
            newer.warm()
            self._opened = newer
        self.look_again()

    @contextmanager
    def changing(self, progress: Progress | None) -> Iterator[None]:
        """Change the library inside; the index follows, or the next command makes it follow.

        What is stored is shown to those who were answered before, also where something failed.
        """
        try:
            with self.publisher.changing(progress or Silent()):
                yield
        finally:
            with suppress(LitatlasError):  # else whoever indexes what was stored shows it
                self.library.show()
            self.look_again()

    def finish_interrupted(self, progress: Progress | None = None) -> bool:
        """Index what a change that was killed left behind; whether there was anything."""
        finished = self.publisher.finish(progress or Silent())
        if finished:
            self.look_again()
        return finished

    def sync(self, progress: Progress | None) -> None:
        """Bring the index up to the library."""
        self.publisher.sync(progress or Silent())
        self.look_again()

    def look_again(self) -> None:
        """The next reader looks whether something newer was published."""
        self._looked = 0.0

    def reopen(self) -> None:
        """The next reader opens the live generation anew, with what people say of its topics now."""
        self._opened = None
        self.look_again()
