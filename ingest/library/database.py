"""The library's database: opening, migrating, transactions, counters and small values.

SQLite in WAL mode (readers never wait for the writer), or PostgreSQL by the same code. Every change of a
paper takes the next number of one sequence inside its transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, inspect, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ingest.errors import BusyError, UnavailableError
from ingest.library import schema
from ingest.library.backend import same_file, write_ahead_log
from ingest.library.backend.advisory_locks import Held, held, holders, is_held
from ingest.library.backend.answer_marks import SHOWN, AnswerMarks, advance, advance_seldom, marks_counter
from ingest.library.backend.connections import connect
from ingest.library.backend.errors import LibraryError as LibraryError
from ingest.library.backend.errors import translated, version_of
from ingest.library.migrations import row_checksums
from ingest.progress import stage

BUSY_SECONDS = 60
CACHE_KIBIBYTES = 2_048
"""SQLite's page cache of one connection; threads and processes have many, and the system caches too."""
BULK_CACHE_KIBIBYTES = 32_768
"""That of one that takes papers in: keys are looked up and written all over the file."""


class Database:
    """One library's database; the methods may be used from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._marks = AnswerMarks(engine, _file_of(engine.url))

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Self:
        """Open a library, after making or migrating it.

        Args:
            migrate: whether the tables of an earlier litatlas are changed; a new library is made anyway.

        Raises:
            LibraryError: not a library, made by a newer litatlas, or not writable.
            UnavailableError: a database server that does not answer, or it would have to be migrated.
        """
        address, shown_name = _address(url)
        with translated(shown_name):
            engine = _engine(address, shown_name)
            try:
                _migrate(engine, shown_name, migrate)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine)

    def close(self) -> None:
        """Close every connection."""
        self._marks.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def dialect(self) -> str:
        """Which database it is: ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the library."""
        with stage("library"), translated("the library"), self._engine.connect() as plain:
            options = {} if self.dialect == "sqlite" else {"isolation_level": "REPEATABLE READ"}
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """For one statement, which sees one state by itself: PostgreSQL is spared the round trips of a
        transaction around it."""
        if self.dialect == "sqlite":
            with self.reading() as connection:
                yield connection
            return
        with stage("library"), translated("the library"), self._engine.connect() as plain:
            yield plain.execution_options(isolation_level="AUTOCOMMIT")

    def copy_file(self, path: Path) -> None:
        """Copy SQLite's file as of one moment, by its backup interface; others go on reading and writing."""
        with translated("the library"), self._engine.connect() as connection, closing(_new(path)) as copy:
            connection.connection.driver_connection.backup(copy)  # type: ignore[union-attr]

    @contextmanager
    def writing(self, *, bulk: bool = False, shown: bool = True) -> Iterator[Connection]:
        """A transaction that writes; writers take turns.

        Args:
            bulk: one of many, each with many rows, which :meth:`show` follows. SQLite holds more of the file
                for them, and they make kept answers old now and then (`SHOWN_SECONDS`).
            shown: whether all kept answers are old then; False where none of them shows what is written
                (`schema.UNSHOWN`), or where :meth:`show` follows.

        Raises:
            BusyError: another process has been writing for a minute.
            LibraryError: the disk is full or read-only, the file damaged.
        """
        with stage("library"), translated("the library"), self._engine.connect() as plain:
            if bulk and self.dialect == "sqlite":
                cursor = plain.connection.cursor()
                cursor.execute(f"PRAGMA cache_size=-{BULK_CACHE_KIBIBYTES}")
            connection = plain.execution_options(immediate=True)
            with connection.begin():
                _take_turns(connection)
                yield connection
                if bulk:
                    advance_seldom(connection)
                elif shown:
                    advance(connection, SHOWN)

    @contextmanager
    def lock(
        self, name: str, doing: str, wait_seconds: float = 0.0, *, shared: bool = False
    ) -> Iterator[Held | None]:
        """Hold a lock between all hosts that use this library; SQLite's are on one, and get None.

        Raises:
            BusyError: another still holds it after ``wait_seconds``. LibraryAwayError: the server is away.
        """
        if self.dialect == "sqlite":
            yield None
            return
        with held(self._engine, name, doing, wait_seconds, shared=shared) as lock:
            yield lock

    def is_locked(self, name: str) -> bool:
        """Whether a process on whichever host holds such a lock; on SQLite none does."""
        if self.dialect == "sqlite":
            return False
        with self.reading() as connection:
            return is_held(connection, name)

    def lock_holders(self, doing: str) -> list[str]:
        """Who on whichever host holds locks for something that begins so; on SQLite nobody is known."""
        if self.dialect == "sqlite":
            return []
        with self.reading() as connection:
            return holders(connection, doing)

    def state(self) -> int | None:
        """A mark of all that kept answers are made of: while it is the same, what they show is the same, but
        for what an intake that goes on has stored since it last said so.

        The same in every process, on whichever host. None where nothing can tell (a database in memory).
        """
        return self._marks.value(SHOWN)

    def marks_state(self, owner: int) -> int | None:
        """As :meth:`state`, of the stars and the like that one user (0: nobody) has put."""
        return self._marks.value(marks_counter(owner))

    def show(self) -> None:
        """Say that kept answers are old, after ``writing(bulk=True)``."""
        with self.writing():
            pass

    def sequence(self) -> int:
        """The number of the latest change; 0 in an empty library."""
        with self.reading() as connection:
            return counter(connection, "sequence")

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong with its file; a database server checks itself."""
        if self._engine.dialect.name != "sqlite":
            return []
        with self.reading() as connection:
            rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
        return [row_checksums.explained(row) for row in rows if row != "ok"]

    def damaged_logs(self) -> list[Path]:
        """Copies of logs of SQLite that were damaged, so that the last changes may be lost."""
        file = _file_of(self._engine.url)
        return write_ahead_log.kept_copies(file) if file else []

    def get_meta(self, key: str) -> str | None:
        """A small value that was kept under a name."""
        with self.reading() as connection:
            value: str | None = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == key))
            return value

    def set_meta(self, key: str, value: str, *, shown: bool = True) -> None:
        """Keep a small value under a name; ``shown`` as for :meth:`writing`."""
        with self.writing(shown=shown) as connection:
            write_meta(connection, {key: value})

    def put_meta(
        self, values: Mapping[str, str | None], expected: Mapping[str, str | None] | None = None
    ) -> None:
        """Keep small values under their names, all in one transaction; None removes one.

        Raises:
            BusyError: those of ``expected`` are not as they were; nothing is kept.
        """
        with self.writing() as connection:
            check_meta(connection, expected or {})
            write_meta(connection, values)

    def meta_keys(self, prefix: str) -> list[str]:
        """The names of small values that begin so."""
        with self.reading() as connection:
            begins = schema.meta.c.key.startswith(prefix, autoescape=True)
            return list(connection.scalars(select(schema.meta.c.key).where(begins)))


def pending_migrations(url: str) -> tuple[str | None, str, list[tuple[str, str]]]:
    """The version of a library's tables, that of this litatlas, and the steps between: (version, what it is).

    Nothing is changed. A library that is not there yet has no version.

    Raises:
        LibraryError: not a library, or made by a newer litatlas.
    """
    address, shown_name = _address(url)
    before = None
    file = Path(address.database or "")
    # To open an empty file writes into it, and then it is no empty one any more.
    if address.get_backend_name() != "sqlite" or (file.is_file() and file.stat().st_size):
        with translated(shown_name):
            engine = _engine(address, shown_name)
            try:
                with engine.connect() as connection, connection.begin():
                    before = _version(connection, shown_name)
            finally:
                engine.dispose()
    if before == schema.SCHEMA:
        return before, schema.SCHEMA, []
    return before, schema.SCHEMA, _steps(shown_name, before)


def _steps(shown_name: str, before: str | None) -> list[tuple[str, str]]:
    """The migrations from a version of the tables to this one's."""
    from alembic.script import ScriptDirectory  # here: an up-to-date library is looked at without it
    from alembic.util import CommandError

    scripts = ScriptDirectory(str(Path(__file__).with_name("migrations")))
    try:
        steps = list(scripts.iterate_revisions("head", before or "base"))
    except CommandError:
        raise _newer(shown_name, before) from None
    return [(step.revision, step.doc) for step in reversed(steps)]


def _address(url: str) -> tuple[URL, str]:
    """A library's address, and as it may be shown."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise LibraryError(f"{url!r} is not the address of a library.", _EXAMPLE) from None
    if address.get_backend_name() == "sqlite":
        return address, address.database or ""
    return address, address.render_as_string(hide_password=True)


def _file_of(address: URL) -> Path | None:
    """The file of an SQLite database; None of a database in memory or on a server."""
    named = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(str(address.database)) if named else None


def _engine(address: URL, shown_name: str) -> Engine:
    lite = address.get_backend_name() == "sqlite"
    if file := _file_of(address):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_ahead_log.keep_if_damaged(file)
    try:
        engine = create_engine(address) if lite else connect(address)
    except (SQLAlchemyError, ImportError):
        raise LibraryError(f"The driver for {shown_name} is not installed.", _DRIVER) from None
    if lite:
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        if file:
            same_file.hold_to(engine, file)
    return engine


def _newer(name: str, version: str | None) -> LibraryError:
    message = f"{name} was made by a newer litatlas (its tables are version {version})."
    return LibraryError(message, "Update litatlas.")


_TURN = 0x6C69_7461_746C_6173  # names the lock; any number would do
_DRIVER = 'For PostgreSQL: pip install "litatlas[postgresql]", and an address that begins with postgresql+psycopg://'
_EXAMPLE = "An address looks like sqlite:////folder/library.db or postgresql+psycopg://user@host/name."


def counter(connection: Connection, name: str) -> int:
    """The value of a counter."""
    return int(connection.scalar(select(schema.counters.c.value).where(schema.counters.c.name == name)) or 0)


def set_counter(connection: Connection, name: str, value: int) -> None:
    """Set a counter; only inside :meth:`Database.writing`."""
    connection.execute(update(schema.counters).where(schema.counters.c.name == name).values(value=value))


def write_meta(connection: Connection, values: Mapping[str, str | None]) -> None:
    """Write small values; None removes one. Only inside :meth:`Database.writing`."""
    connection.execute(delete(schema.meta).where(schema.meta.c.key.in_(list(values))))
    rows = [{"key": key, "value": value} for key, value in values.items() if value is not None]
    if rows:
        connection.execute(insert(schema.meta), rows)


def check_meta(connection: Connection, expected: Mapping[str, str | None]) -> None:
    """Make sure that small values are as they were; nobody else changes them before the transaction ends.

    Raises:
        BusyError: they are not.
    """
    if expected:
        lock_counters(connection)
    for key, value in expected.items():
        if connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == key)) != value:
            raise BusyError("Another host has published meanwhile.", "Run the same command again.")


def lock_counters(connection: Connection) -> tuple[int, int]:
    """The sequence and the last document number, locked until the transaction ends."""
    rows = connection.execute(select(schema.counters.c.name, schema.counters.c.value).with_for_update())
    values = {row.name: int(row.value) for row in rows}
    return values["sequence"], values["document"]


def now() -> str:
    """The time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _new(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return sqlite3.connect(path)


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin when we say, see _begin
    row_checksums.register(connection)
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "page_size=16384",  # of a new file: a paper's record and forms fit into one page
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KIBIBYTES}",
        "wal_autocheckpoint=4000",  # pages: 64 MB
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock yet, so that nothing can fail that SQLAlchemy would have to translate
        connection.connection.cursor().execute("BEGIN")


def _take_turns(connection: Connection) -> None:
    """Let one transaction write at a time on PostgreSQL too, whichever host it comes from.

    What is written follows from what was read: the next number, the group that a paper joins, the oldest job.
    SQLite's ``BEGIN IMMEDIATE`` has done the same already.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def _version(connection: Connection, name: str) -> str | None:
    """The migration that the database stands at, None for an empty database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables or "documents" not in tables:
        raise LibraryError(f"{name} is a database, but not a library of litatlas.", "Name another file.")
    return version_of(name, connection.scalar(text("SELECT version_num FROM alembic_version")))


def _migrate(engine: Engine, library: str, allowed: bool) -> None:
    with engine.connect() as connection, connection.begin():
        version = _version(connection, library)
    if version == schema.SCHEMA:
        return
    if version is not None and not allowed and _steps(library, version):
        raise UnavailableError(
            f"The library is of an earlier litatlas (its tables are {version}, this needs {schema.SCHEMA}).",
            "Keep a copy of its folder, or a backup by that version, then run: litatlas migrate "
            "(with --dry-run it says what it will do).",
        )
    from alembic import command  # here: an up-to-date library opens without it
    from alembic.config import Config
    from alembic.util import CommandError

    with engine.connect() as plain:
        connection = plain.execution_options(immediate=True)
        with connection.begin():
            _take_turns(connection)
            before = _version(connection, library)
            config = Config()
            config.set_main_option("script_location", "ingest.library:migrations")
            config.attributes["connection"] = connection
            row_checksums.drop(connection)
            try:
                command.upgrade(config, "head")
            except CommandError:
                raise _newer(library, before) from None
            row_checksums.create(connection)
            if before is None:
                rows = [{"name": name, "value": 0} for name in ("sequence", "document")]
                connection.execute(insert(schema.counters), rows)
