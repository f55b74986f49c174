"""The levels of the hierarchy by BigARTM, in a process: ``python -m topics.training.bigartm FOLDER``.

A process of its own keeps what is known of BigARTM away from the atlas: its import warns, it writes log
files into the working folder, a bad input can bring the C++ library down, and it dies of a signal with
nothing saved. So arguments and results are files in FOLDER, progress is a line on standard output before
every pass, and the end of standard input (the parent closed it, or died) ends the work cleanly between two
passes.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

STOPPED = 3
"""Exit status of a training that was asked to stop."""

_TERM, _TAG = "@term", "@tag"
_BATCH = 1_000


def main(folder: Path) -> int:
    """Train what the folder describes; see :func:`topics.training.trainer.train_levels` for the files."""
    os.environ["GLOG_minloglevel"] = "3"  # noqa: SIM112  (this is its name)
    os.chdir(folder)  # log files, should there be any, land in scratch
    job = json.loads(Path("job.json").read_text(encoding="utf-8"))
    indptr, indices, data = (np.load(f"{name}.npy", mmap_mode="r") for name in ("indptr", "indices", "data"))
    counts = sparse.csr_matrix((data, indices, indptr), shape=tuple(job["shape"]))
    batches = Path("batches")
    batches.mkdir()
    _write_batches(counts, job["terms"], batches)
    try:
        _train(batches, job)
    except _StopError:
        return STOPPED
    return 0


class _StopError(Exception):
    """The parent asked to stop."""


def _write_batches(counts: sparse.csr_matrix, terms: int, folder: Path) -> None:
    """Write BigARTM's own batch files: straight from the counts, with column numbers as tokens.

    Going through Vowpal Wabbit text costs ten times as much and fails on odd characters in a term.
    """
    from artm.wrapper import messages_pb2 as messages

    for number, start in enumerate(range(0, counts.shape[0], _BATCH)):
        block = counts[start : start + _BATCH]
        used, local = np.unique(block.indices, return_inverse=True)
        batch = messages.Batch(id=f"00000000-0000-0000-0000-{number:012d}")
        batch.token.extend(str(term) for term in used.tolist())
        batch.class_id.extend(_TERM if term < terms else _TAG for term in used.tolist())
        for row in range(block.shape[0]):
            place = slice(block.indptr[row], block.indptr[row + 1])
            item = batch.item.add(id=row, title=str(start + row))
            item.token_id.extend(local[place].tolist())
            item.token_weight.extend(block.data[place].tolist())
        (folder / f"{number:06d}.batch").write_bytes(batch.SerializeToString())


def _train(batches: Path, job: dict[str, Any]) -> None:
    import artm

    names = sorted(path.name for path in batches.iterdir())  # sums of floats depend on their order
    vectorizer = artm.BatchVectorizer(batches=names, data_path=str(batches), data_format="batches")
    total = job["passes"] * job["levels"]
    models: list[Any] = []  # a parent must stay alive as long as its children are trained,
    parents: list[Floats] = []  # and so must its n_wt
    for level in range(job["levels"]):
        start = np.load(f"start_{level}.npy")
        model = _level(artm, start, job, level, models[-1] if models else None)
        models.append(model)
        buffers = _set_start(model, start)
        for done in range(job["passes"]):
            _report(level * job["passes"] + done, total)
            model.fit_offline(vectorizer, 1)
        del buffers
        parents.append(_save(model, level, start.shape[0], behind=bool(job["smoothing"])))
    _report(total, total)


def _level(artm: Any, start: Floats, job: dict[str, Any], level: int, parent: Any) -> Any:
    names = [f"{level}_{column}" for column in range(start.shape[1])]
    options = {} if parent is None else {"parent_model": parent, "parent_model_weight": job["parent_weight"]}
    model = artm.ARTM(
        topic_names=names,
        class_ids={_TERM: 1.0, _TAG: 1.0} if job["terms"] < start.shape[0] else {_TERM: 1.0},
        num_document_passes=job["iterations"],
        num_processors=job["threads"],
        cache_theta=False,
        theta_columns_naming="title",
        show_progress_bars=False,
        seed=job["seed"] + 101 * (level + 1),  # the same seed at two levels spoils the hierarchy
        **options,
    )
    if job["smoothing"]:
        # BigARTM's τ is in tokens: they are added to n_td in every step.
        regularizer = artm.SmoothSparseThetaRegularizer(
            name="background", tau=job["smoothing"], topic_names=names[-1:]
        )
        model.regularizers.add(regularizer)
    dictionary = artm.Dictionary()
    dictionary.gather(data_path="batches")
    model.initialize(dictionary=dictionary)
    return model


def _order(model: Any, terms: int) -> NDArray[np.intp]:
    """The term number of each row of BigARTM's φ."""
    info = model.master.get_phi_info(model.model_pwt)
    order = np.array([int(token) for token in info.token], dtype=np.intp)
    if len(np.unique(order)) != len(order) or (len(order) and order.max() >= terms):
        raise RuntimeError("BigARTM returned a vocabulary that is not ours")
    return order


def _set_start(model: Any, start: Floats) -> Any:
    """Write the start into BigARTM's memory; what is returned must live until the first pass is over."""
    handle, matrix = model.master.attach_model(model.model_pwt)
    matrix[:] = start[_order(model, start.shape[0])]
    return handle, matrix


def _save(model: Any, level: int, rows: int, *, behind: bool) -> Floats:
    """Write φ and n_wt; BigARTM's memory of n_wt is returned, and must live as long as the model.

    A background topic is no parent: its n_wt is emptied before the level below comes.
    """
    order = _order(model, rows)
    counts: Floats = model.master.attach_model(model.model_nwt)[1]
    if behind:
        counts[:, -1] = 0
    for name, matrix in (("phi", model.master.get_phi_matrix(model.model_pwt)[1]), ("counts", counts)):
        sorted_by_term = np.zeros((rows, model.num_topics), dtype=np.float32)
        sorted_by_term[order] = matrix
        np.save(f"{name}_{level}.npy", sorted_by_term)
    return counts


def _report(done: int, total: int) -> None:
    """Say how far the training is, and stop if the parent wants it or is gone."""
    print(json.dumps({"done": done, "total": total}), flush=True)
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    if readable:
        raise _StopError


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
