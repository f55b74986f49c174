"""The published model: topics, φ, ψ, θ, word and document vectors, as plain arrays and JSON.

A hierarchy is immutable. It is read through memory maps, so that many processes share one copy, and it serves
(topics, map, placement of new text) without BigARTM.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays
from ingest.text.analysis import analyzer
from topics.model.fit import Fit
from topics.model.foldin import STEPS, fold_in, nearness
from topics.model.paper_ids import PaperIds
from topics.text.tokens import JOINT, Lemma, Tokenizer, shown_term

Floats = NDArray[np.float32]

MODEL = Layout("model", "model.json", 1, "Run: litatlas build", ("vocabulary", "papers", "map", "quality"))
"""How a model's folder is laid out."""

WEAK_TOKENS = 5
"""A document with fewer known tokens than this is placed, but flagged as weak."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as readers meet it.

    ``terms`` are at least 25 (where the vocabulary has them), the most telling first, with p(term|topic);
    ``parents`` and ``children`` are (topic id, probability), the most probable first: p(parent|topic) and
    p(child|topic). ``tags`` are those that tell it from the others, with p(tag|topic).
    ``documents`` counts the papers that belong.
    """

    id: str
    level: int
    index: int
    label: str
    terms: tuple[tuple[str, float], ...]
    parents: tuple[tuple[str, float], ...] = ()
    children: tuple[tuple[str, float], ...] = ()
    tags: tuple[tuple[str, float], ...] = ()
    documents: int = 0
    collections: Mapping[str, int] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Level:
    """The arrays of one level; column k of each belongs to ``ids[k]``."""

    ids: list[str]
    phi: Floats  # (terms × K): p(term|topic), columns sum to 1
    psi: Floats | None  # (K × K above): p(child|parent), columns sum to 1; None at the top
    mass: Floats  # (K,): p(topic), sums to 1

    def parents(self, above: Level) -> Floats:
        """p(parent|child) by Bayes (K × K above), rows sum to 1."""
        if self.psi is None:
            raise ValueError("the top level has no parents")
        joint = np.asarray(self.psi) * above.mass[None, :]
        total = joint.sum(axis=1, keepdims=True)
        uniform = np.full_like(joint, 1.0 / joint.shape[1])
        return np.asarray(np.divide(joint, total, out=uniform, where=total > 0), dtype=np.float32)


@dataclass
class Placement:
    """Where a text lies: θ at every level (0 is the top), its vector, and how far to trust it.

    ``state``: "placed", "weak" (fewer than five known tokens), "unknown" (none) or "unfit" (the model does
    not explain it): of the last two θ and vector are zeros.
    """

    theta: list[Floats]
    vector: Floats
    known: int
    state: str


def placement_state(known: int) -> str:
    """The flag of a document with ``known`` known tokens."""
    return "unknown" if known == 0 else "weak" if known < WEAK_TOKENS else "placed"


@dataclass
class Hierarchy:
    """A published hierarchical topic model and the papers that it was made from.

    θ of a level above the last is the leaves' θ carried up by p(parent|child), so that the levels agree.
    """

    vocabulary: list[str]
    levels: list[Level]  # 0 is the top
    topics: dict[str, Topic]
    idf: Floats  # (terms,)
    frequency: Floats  # (terms,): occurrences in the training papers
    word_vectors: Floats  # (terms × d)
    center: Floats  # (d,): mean of the raw document vectors, taken off before they are normalised
    paper_ids: Sequence[str]  # `PaperIds` when loaded
    theta: list[NDArray[Any]]  # one a level: (papers × K), float16 memory maps when loaded
    vectors: NDArray[Any]  # (papers × d), ℓ2-normalised rows
    known: NDArray[Any]  # (papers,): known tokens, for the weak flag
    settings: dict[str, Any]  # build options, trainer, iterations, version of the analysis
    centroids: Floats | None = None  # (leaves × d): where θ starts from; None in a model that has none
    map: dict[str, Any] = field(default_factory=dict)
    quality: dict[str, Any] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)  # term → its spelling in papers
    fit: Fit | None = None  # what is usual among its papers; None in a model that cannot tell
    folder: Path | None = None
    lemma: Lemma | None = None

    @classmethod
    def load(cls, folder: Path, *, verify: bool = False, lemma: Lemma | None = None) -> Hierarchy:
        """Open a saved hierarchy through memory maps.

        Args:
            folder: what :meth:`save` wrote.
            verify: also compare every file's checksum (reads all of it); sizes are always compared.
            lemma: another lemma function than the atlas's analysis (tests).

        Raises:
            ArraysError: the folder is not a model, or a file is missing or damaged.
        """
        header, arrays = read_arrays(MODEL, folder, verify=verify)
        levels = [
            Level(ids, arrays[f"phi_{n}"], arrays.get(f"psi_{n}"), np.asarray(arrays[f"mass_{n}"]))
            for n, ids in enumerate(header["levels"])
        ]
        topics = {row["id"]: _topic_from(row) for row in header["topics"]}
        return cls(
            vocabulary=header["vocabulary"],
            levels=levels,
            topics=topics,
            idf=np.asarray(arrays["idf"]),
            frequency=np.asarray(arrays["frequency"]),
            word_vectors=arrays["word_vectors"],
            center=np.asarray(arrays["center"]),
            paper_ids=PaperIds(arrays["papers"] if "papers" in arrays else header["papers"]),
            theta=[arrays[f"theta_{n}"] for n in range(len(levels))],
            vectors=arrays["vectors"],
            known=arrays["known"],
            settings=header["settings"],
            centroids=arrays.get("centroids"),
            map=header["map"],
            quality=header["quality"],
            fit=Fit.from_json(header.get("fit")),
            written=header.get("written", {}),
            folder=folder,
            lemma=lemma,
        )

    def save(self, folder: Path) -> None:
        """Write the model aside, flush it to the disk, and rename it into place in one step."""
        arrays: dict[str, NDArray[Any]] = {
            "idf": self.idf.astype(np.float32),
            "frequency": self.frequency.astype(np.float32),
            "word_vectors": np.asarray(self.word_vectors, dtype=np.float32),
            "center": self.center.astype(np.float32),
            "vectors": np.asarray(self.vectors, dtype=np.float16),
            "known": np.asarray(self.known, dtype=np.uint16),
        }
        if self.centroids is not None:
            arrays["centroids"] = np.asarray(self.centroids, dtype=np.float32)
        for number, level in enumerate(self.levels):
            arrays[f"phi_{number}"] = np.ascontiguousarray(level.phi, dtype=np.float32)
            arrays[f"mass_{number}"] = level.mass.astype(np.float32)
            arrays[f"theta_{number}"] = np.asarray(self.theta[number], dtype=np.float16)
            if level.psi is not None:
                arrays[f"psi_{number}"] = level.psi.astype(np.float32)
        header: dict[str, Any] = {
            "levels": [level.ids for level in self.levels],
            "topics": [_topic_row(topic) for topic in self.topics.values()],
            "settings": self.settings,
            "vocabulary": self.vocabulary,
            "written": self.written,
            "map": self.map,
            "quality": self.quality,
            "fit": None if self.fit is None else self.fit.to_json(),
        }
        many = PaperIds(self.paper_ids).array
        if many is None:
            header["papers"] = list(self.paper_ids)
        else:
            arrays["papers"] = many
        write_arrays(MODEL, folder, header, arrays)
        self.folder = folder

    @property
    def analysis(self) -> str:
        """The version of the text analysis that the model was made with."""
        return str(self.settings.get("analysis", ""))

    @property
    def iterations(self) -> int:
        """EM iterations of every fold-in into this model."""
        return int(self.settings.get("iterations", STEPS))

    @property
    def languages(self) -> list[str]:
        """The languages whose words the model learned from; none: those of all papers."""
        return list(self.settings.get("languages") or ())

    @cached_property
    def term_index(self) -> dict[str, int]:
        """Term → row of φ."""
        return {term: row for row, term in enumerate(self.vocabulary)}

    def shown(self, term: str) -> str:
        """A term of the vocabulary as papers write it."""
        return self.written.get(term) or shown_term(term)

    @cached_property
    def phrases(self) -> list[str]:
        """The multi-word terms of the vocabulary, their words joined by ``_``."""
        return [term for term in self.vocabulary if JOINT in term]

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Forms → tokens of this model."""
        return Tokenizer(self.phrases, self.lemma, self.languages)

    @cached_property
    def carry(self) -> list[Floats]:
        """For each level but the last: p(topic of the level|leaf) (leaves × K)."""
        product: Floats = np.eye(len(self.levels[-1].ids), dtype=np.float32)
        products: list[Floats] = []
        for number in range(len(self.levels) - 1, 0, -1):
            product = product @ self.levels[number].parents(self.levels[number - 1])
            products.append(product)
        return products[::-1]

    @cached_property
    def main_parents(self) -> list[NDArray[np.intp] | None]:
        """For each level: the index of every topic's most probable parent; None at the top."""
        parents: list[NDArray[np.intp] | None] = [None]
        for above, level in zip(self.levels, self.levels[1:], strict=False):
            parents.append(level.parents(above).argmax(axis=1))
        return parents

    def all_levels(self, leaves: NDArray[Any]) -> list[Floats]:
        """θ at every level from the leaves' θ (documents × leaves, or leaves)."""
        theta = np.asarray(leaves, dtype=np.float32)
        return [theta @ carry for carry in self.carry] + [theta]

    def counts(self, forms: str | Sequence[str], lang: str = "en") -> tuple[NDArray[np.intp], Floats]:
        """The known terms of a text (rows of φ, ascending) and how often each occurs."""
        index = self.term_index
        tally = Counter(row for token in self.tokenizer(forms, lang) if (row := index.get(token)) is not None)
        rows = sorted(tally)
        return np.array(rows, dtype=np.intp), np.array([tally[row] for row in rows], dtype=np.float32)

    def infer(self, forms: str | Sequence[str], lang: str = "en") -> Placement:
        """Place a new text: θ by fold-in, its vector, and a flag.

        Args:
            forms: its exact forms in order (a list, or joined by spaces), title and abstract together.
            lang: ISO 639-1 of the text.
        """
        return self.place(*self.counts(forms, lang))

    def explains(self, forms: str, lang: str, rows: NDArray[np.intp], counts: Floats) -> bool:
        """Whether a paper, given with its known terms and their counts, fits among the model's own papers."""
        if self.fit is None or not len(rows):
            return True
        ask = analyzer()
        stems = [ask.stem(form, lang) or form for form in set(forms.split())]
        length = float(np.linalg.norm(self._centered(rows, counts)))
        return self.fit.holds(stems, float(counts.sum()), length, lang)

    def nowhere(self, known: int) -> Placement:
        """The place of a paper that does not fit: no topic, no vector."""
        leaves = np.zeros(len(self.levels[-1].ids), dtype=np.float32)
        return Placement(self.all_levels(leaves), np.zeros_like(self.center), known, "unfit")

    def place(self, rows: NDArray[np.intp], counts: Floats) -> Placement:
        """Place a document given as known terms and their counts."""
        vector = self.vector(rows, counts)
        near = None if self.centroids is None else nearness(vector, self.centroids)
        leaves = fold_in(np.asarray(self.levels[-1].phi[rows]), counts, self.iterations, near)
        known = int(counts.sum()) if leaves.any() else 0
        vector = vector if known else np.zeros(self.center.shape, dtype=np.float32)
        return Placement(self.all_levels(leaves), vector, known, placement_state(known))

    def vector(self, rows: NDArray[np.intp], counts: Floats) -> Floats:
        """The unit vector (d,) of a document given as known terms and their counts."""
        centered = self._centered(rows, counts)
        length = np.linalg.norm(centered)
        return np.asarray(centered / length if length > 0 else centered, dtype=np.float32)

    def _centered(self, rows: NDArray[np.intp], counts: Floats) -> Floats:
        weights = (1 + np.log(counts)) * self.idf[rows]
        norm = np.linalg.norm(weights)
        raw = (weights / norm) @ self.word_vectors[rows] if norm > 0 else np.zeros_like(self.center)
        return np.asarray(raw - self.center, dtype=np.float32)


def _topic_row(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "level": topic.level,
        "index": topic.index,
        "label": topic.label,
        "terms": [[term, round(float(p), 7)] for term, p in topic.terms],
        "parents": [[name, round(float(p), 5)] for name, p in topic.parents],
        "children": [[name, round(float(p), 5)] for name, p in topic.children],
        "tags": [[tag, round(float(p), 5)] for tag, p in topic.tags],
        "documents": topic.documents,
        "collections": dict(topic.collections),
        "quality": dict(topic.quality),
    }


def _topic_from(row: dict[str, Any]) -> Topic:
    return Topic(
        id=row["id"],
        level=row["level"],
        index=row["index"],
        label=row["label"],
        terms=tuple((term, p) for term, p in row["terms"]),
        parents=tuple((name, p) for name, p in row["parents"]),
        children=tuple((name, p) for name, p in row["children"]),
        tags=tuple((tag, p) for tag, p in row.get("tags", ())),
        documents=row["documents"],
        collections=row["collections"],
        quality=row["quality"],
    )
