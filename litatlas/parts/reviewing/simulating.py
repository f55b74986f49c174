"""A labelled file read as a review: how good the priority is on papers of which the decisions are known."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import InputError
from litatlas.parts.reviewing.exchange.labelled_files import labelled_papers
from litatlas.parts.reviewing.review_answers import SimulationAnswer
from search.screening.features import features_of
from search.screening.simulation import simulate


def simulate_file(path: Path, *, seed: int = 1, stop: float = 0.95) -> SimulationAnswer:
    """Read a labelled file from one included and one excluded paper on, which the seed draws.

    Args:
        stop: the recall that the stopping rule aims at.

    Raises:
        InputError: the file cannot be read, a paper has no label, or all have the same.
    """
    if not 0.5 <= stop < 1:
        raise InputError("The recall to stop at is a number from 0.5 to below 1.", "As in --stop .95")
    papers = labelled_papers(path)
    labels = [paper.label for paper in papers]
    known = [label for label in labels if label is not None]
    if len(known) < len(labels):
        raise InputError(
            f"{len(labels) - len(known)} of {len(labels)} papers have no label.",
            "A simulation needs 1 or 0 for every paper.",
        )
    if not 0 < sum(known) < len(known):
        raise InputError(
            f"All {len(known)} papers have the same label.",
            "A simulation needs included and excluded papers.",
        )
    run = simulate(features_of([paper.record for paper in papers]), known, seed=seed, target=stop)
    return {
        "records": len(known),
        "included": sum(known),
        "order": [papers[at].id for at in run.order],
        "wss95": run.wss95,
        "loss": run.loss,
        "stopped_at": run.stopped_at,
        "recall_at_stop": run.recall_at_stop,
    }
