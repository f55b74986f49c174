"""The two trainers behind one function: BigARTM in a process of its own, or the portable one in this one."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.errors import LitatlasError
from ingest.progress import Interrupted, Progress
from topics import bigartm, portable
from topics.foldin import ITERATIONS
from topics.portable import TrainedLevel

Floats = NDArray[np.float32]
TrainerName = Literal["bigartm", "portable"]

STEP = "Training topics"


class TrainingError(LitatlasError):
    """The trainer's own process failed."""

    status = 500


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """How levels are trained."""

    passes: int = 1
    iterations: int = ITERATIONS
    parent_weight: float = 1.0
    seed: int = 1
    threads: int = 1  # of BigARTM; with two, sums of floats come in any order and no build is like the last


def default_trainer() -> TrainerName:
    """BigARTM where it is installed, else the portable trainer."""
    return "bigartm" if importlib.util.find_spec("artm") else "portable"


def train_levels(
    counts: sparse.csr_matrix,
    starts: list[Floats],
    trainer: TrainerName,
    options: TrainerOptions,
    progress: Progress,
    scratch: Path | None = None,
    terms: int | None = None,
) -> list[TrainedLevel]:
    """Train every level from its start φ, from the top down.

    Args:
        counts: (papers × terms), or (papers × (terms + tags)); every paper has at least one term.
        starts: φ of each level to start from, a row for each column of ``counts``; columns sum to 1.
        trainer: which of the two.
        options: passes, seed and so on.
        progress: told before every pass; when it raises, the training stops between two passes.
        scratch: where BigARTM's files go; the system's temporary folder unless given.
        terms: how many columns of ``counts`` are terms (all, unless given); the others are tags.

    Raises:
        Interrupted: the progress asked to stop.
        TrainingError: BigARTM's process failed.
    """
    width = counts.shape[1] if terms is None else terms
    if trainer == "bigartm":
        with tempfile.TemporaryDirectory(prefix="litatlas-train-", dir=scratch) as folder:
            return _by_bigartm(counts, starts, options, progress, Path(folder), width)
    return portable.train_levels(
        counts,
        starts,
        options.passes,
        options.iterations,
        options.parent_weight,
        lambda done, total: progress.step(STEP, done, total),
        width,
    )


def _by_bigartm(
    counts: sparse.csr_matrix,
    starts: list[Floats],
    options: TrainerOptions,
    progress: Progress,
    folder: Path,
    terms: int,
) -> list[TrainedLevel]:
    _write_job(counts, starts, options, folder, terms)
    with (folder / "errors.txt").open("w+b") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "topics.bigartm", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
        status = _follow(process, progress)
        if status != 0:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            raise TrainingError(
                f"BigARTM's process ended with status {status}: {lines[-1] if lines else 'no message'}.",
                "Build again; if it fails again, choose the portable trainer.",
            )
    return [_level(folder, number, terms) for number in range(len(starts))]


def _write_job(
    counts: sparse.csr_matrix, starts: list[Floats], options: TrainerOptions, folder: Path, terms: int
) -> None:
    np.save(folder / "indptr.npy", counts.indptr)
    np.save(folder / "indices.npy", counts.indices)
    np.save(folder / "data.npy", counts.data.astype(np.float32))
    for number, start in enumerate(starts):
        np.save(folder / f"start_{number}.npy", start.astype(np.float32))
    job = {
        "shape": list(counts.shape),
        "terms": terms,
        "levels": len(starts),
        "passes": options.passes,
        "iterations": options.iterations,
        "parent_weight": options.parent_weight,
        "seed": options.seed,
        "threads": options.threads,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")


def _follow(process: subprocess.Popen[str], progress: Progress) -> int:
    """Pass the process's progress on; when the progress asks to stop, stop the process between two passes."""
    if process.stdout is None or process.stdin is None:
        raise TrainingError("BigARTM's process could not be started.")
    try:
        for line in process.stdout:
            report = json.loads(line) if line.startswith("{") else None
            if report:
                progress.step(STEP, report["done"], report["total"])
    except BaseException:
        process.stdin.close()
        process.wait()
        process.stdout.close()
        raise
    status = process.wait()
    process.stdin.close()
    process.stdout.close()
    if status == bigartm.STOPPED:
        raise Interrupted("The training was stopped; the published model is as it was.")
    return status


def _level(folder: Path, number: int, terms: int) -> TrainedLevel:
    path = folder / f"psi_{number}.npy"
    mass = np.load(folder / f"mass_{number}.npy")
    psi = np.load(path) if path.exists() else None
    phi = np.load(folder / f"phi_{number}.npy")
    return TrainedLevel(phi[:terms], psi, mass / mass.sum(), phi[terms:])
