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
from topics.corpus.modalities import normalised
from topics.model.foldin import ITERATIONS, fold_in_many
from topics.training import bigartm, portable

Floats = NDArray[np.float32]
TrainerName = Literal["bigartm", "portable"]

STEP = "Training topics"

PARENT_WEIGHT = 0.2
"""What the level above weighs in φ against the papers: as much would make its children alike."""

BACKGROUND = 0.4
"""Tokens of a paper that are the background topic's for certain, of as many as the mean paper has."""


class TrainingError(LitatlasError):
    """The trainer's own process failed, or what it learned is of no use."""

    status = 500


@dataclass
class TrainedLevel:
    """One level as a trainer hands it over."""

    phi: Floats  # (terms × K), columns sum to 1
    psi: Floats | None  # (K × K above), columns sum to 1
    mass: Floats  # (K,): expected tokens of each topic, sums to 1
    tags: Floats  # (tags × K), columns sum to 1; no rows where there are no tags


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """How levels are trained."""

    passes: int = 1
    iterations: int = ITERATIONS
    background: float = BACKGROUND  # the share of a paper's tokens kept out of the topics; 0: no such topic
    parent_weight: float = PARENT_WEIGHT
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
            A background topic comes beside them while φ is learned: what all papers say is its own.
        trainer: which of the two.
        options: passes, seed and so on.
        progress: told before every pass; when it raises, the training stops between two passes.
        scratch: where BigARTM's files go; the system's temporary folder unless given.
        terms: how many columns of ``counts`` are terms (all, unless given); the others are tags.

    Raises:
        Interrupted: the progress asked to stop.
        TrainingError: BigARTM's process failed, or what was learned is not finite.
    """
    width = counts.shape[1] if terms is None else terms
    smoothing = options.background * float(counts[:, :width].sum()) / counts.shape[0]
    if smoothing:
        behind = normalised(np.asarray(counts.sum(axis=0), dtype=np.float32).reshape(-1, 1), width)
        starts = [np.hstack([start, behind]) for start in starts]
    if trainer == "bigartm":
        with tempfile.TemporaryDirectory(prefix="litatlas-train-", dir=scratch) as folder:
            pairs = _by_bigartm(counts, starts, options, progress, Path(folder), width, smoothing)
    else:
        pairs = portable.train_levels(
            counts,
            starts,
            options.passes,
            options.iterations,
            options.parent_weight,
            lambda done, total: progress.step(STEP, done, total),
            width,
            smoothing,
        )
    if not all(np.isfinite(matrix).all() for pair in pairs for matrix in pair):
        raise TrainingError("What the trainer learned is not finite.", "Build again with another `--seed`.")
    seen = slice(None, -1) if smoothing else slice(None)
    return _linked([(phi[:, seen], expected[:, seen]) for phi, expected in pairs], width)


def _linked(pairs: list[tuple[Floats, Floats]], terms: int) -> list[TrainedLevel]:
    """The levels of φ and n_wt with ψ between them: the θ of a topic's n_wt under φ of the level below."""
    levels: list[TrainedLevel] = []
    above: sparse.csr_matrix | None = None
    for phi, expected in pairs:
        psi = None if above is None else fold_in_many(above, phi).T
        mass = expected[:terms].sum(axis=0)
        levels.append(TrainedLevel(phi[:terms], psi, mass / mass.sum(), phi[terms:]))
        above = sparse.csr_matrix(expected.T)
    return levels


def _by_bigartm(
    counts: sparse.csr_matrix,
    starts: list[Floats],
    options: TrainerOptions,
    progress: Progress,
    folder: Path,
    terms: int,
    smoothing: float,
) -> list[tuple[Floats, Floats]]:
    _write_job(counts, starts, options, folder, terms, smoothing)
    with (folder / "errors.txt").open("w+b") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "topics.training.bigartm", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        status = _follow(process, progress)
        if status != 0:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            raise TrainingError(
                f"BigARTM's process ended with status {status}: {lines[-1] if lines else 'no message'}.",
                "Build again; if it fails again, choose the portable trainer.",
            )
    return [
        (np.load(folder / f"phi_{number}.npy"), np.load(folder / f"counts_{number}.npy"))
        for number in range(len(starts))
    ]


def _write_job(
    counts: sparse.csr_matrix,
    starts: list[Floats],
    options: TrainerOptions,
    folder: Path,
    terms: int,
    smoothing: float,
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
        "smoothing": smoothing,
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
        raise Interrupted("The training was stopped; the published model is unchanged.")
    return status
