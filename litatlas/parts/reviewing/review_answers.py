"""The shapes of the answers about reviews, for the command line, the pages, the API and OpenAPI."""

from __future__ import annotations

from typing import TypedDict


class SimulationAnswer(TypedDict):
    """A labelled review read in the order of the priority; ``order`` begins with the two papers given."""

    records: int
    included: int
    order: list[str]
    wss95: float
    loss: float
    stopped_at: int
    recall_at_stop: float


class ReviewHead(TypedDict):
    """A review in a list of reviews."""

    id: str
    name: str
    made: str
    papers: int
    decisions: int


class PlanAnswer(TypedDict):
    """What the makers of a review wrote down."""

    question: str
    criteria: str
    stages: list[str]
    reasons: list[str]
    reviewers: int
    good_words: list[str]
    bad_words: list[str]
    keys: dict[str, str]
    target: float
    confidence: float


class ReviewSearchAnswer(TypedDict):
    """A search that brought papers: what it gave, and what of it was new to the review."""

    kind: str
    text: str
    papers: int
    added: int
    generation: int
    who: str
    made: str


class StageAnswer(TypedDict):
    """How far a stage is; ``open`` are papers without an outcome, conflicts among them.

    ``kept``: what goes on from here, decided as include or as maybe.
    """

    stage: str
    papers: int
    kept: int
    include: int
    exclude: int
    maybe: int
    unavailable: int
    conflict: int
    open: int
    reasons: dict[str, int]
    reviewers: dict[str, int]


class ReviewAnswer(TypedDict):
    """A review with its plan, its searches and how far it is."""

    id: str
    name: str
    made: str
    plan: PlanAnswer
    papers: int
    searches: list[ReviewSearchAnswer]
    stages: list[StageAnswer]


class AddedAnswer(TypedDict):
    """What a search brought: all its papers, and those that the review did not have."""

    review: str
    papers: int
    added: int


class ScreenPaper(TypedDict):
    """A paper as it is screened."""

    id: str
    title: str
    abstract: str
    authors: list[str]
    year: int | None
    venue: str
    doi: str
    url: str
    tags: list[str]
    collections: list[str]


class NextAnswer(TypedDict):
    """The paper to decide next; None when there is none.

    ``rank`` is its place in the order of ``model``, "" while nothing was learned; ``chance`` that it is to be
    included, None while it is not known; ``own``: what this reviewer put off or decided before.
    """

    review: str
    stage: str
    who: str
    order: str
    paper: ScreenPaper | None
    rank: int | None
    chance: float | None
    model: str
    decided: int
    left: int
    own: str


class DecidedAnswer(TypedDict):
    """A decision that was kept, and where the paper stands now."""

    number: int
    paper: str
    stage: str
    outcome: str


class RowAnswer(TypedDict):
    """A row of decisions; ``undone``: it was taken back, and does not count."""

    number: int
    paper: str
    stage: str
    who: str
    kind: str
    verdict: str
    reason: str
    note: str
    rank: int | None
    model: str
    undoes: int | None
    made: str
    undone: bool


class ConflictAnswer(TypedDict):
    """A paper about which reviewers disagree, with their rows."""

    paper: ScreenPaper
    stage: str
    rows: list[RowAnswer]


class StopAnswer(TypedDict):
    """Whether the recall that is aimed at is reached, and how far it is to there.

    ``p``: the chance of what was seen if recall were lower; ``more``: papers to read without another one to
    include until the claim holds, None where it cannot be made before all are read (``too_small``).
    ``kept``: papers decided as include or as maybe, which are what is to be found; ``curve``: these over
    papers read; ``expected``: how many are still to be found, by the model; None while it is not known.
    """

    stage: str
    target: float
    confidence: float
    records: int
    read: int
    kept: int
    p: float
    reached: bool
    more: int | None
    too_small: bool
    expected: float | None
    curve: list[int]
    message: str


class ReviewTopic(TypedDict):
    """A topic of the map: the papers of which it is the main one, those that anybody read, and those kept."""

    id: str
    label: str
    papers: int
    read: int
    kept: int


class ReviewTopicsAnswer(TypedDict):
    """Where a review's papers lie on the map, the topics with the most papers first.

    ``level`` is that of the topics, None without a model; ``unplaced``: papers that are in no topic.
    """

    level: int | None
    topics: list[ReviewTopic]
    unplaced: int


class ReviewMapTopic(TypedDict):
    """A topic of any level: the papers of which it is the main topic there, those read, and those kept."""

    id: str
    papers: int
    read: int
    kept: int


class KeptPaper(TypedDict):
    """A paper that was kept, with its main topic at every level, from the top."""

    id: str
    title: str
    topics: list[str]


class ReviewMapAnswer(TypedDict):
    """What the map shows of a stage of a review; of many kept papers, the first ones."""

    name: str
    stage: str
    topics: list[ReviewMapTopic]
    kept: list[KeptPaper]


class AgreementAnswer(TypedDict):
    """How far two reviewers agree over the papers that both decided; None where it is not defined."""

    stage: str
    reviewers: list[str]
    papers: int
    percent: float | None
    kappa: float | None
    ac1: float | None
    alpha: float | None


class PrismaAnswer(TypedDict):
    """The counts of the PRISMA 2020 flow diagram; sums close by construction."""

    sources: dict[str, int]
    identified: int
    duplicates: int
    screened: int
    excluded: int
    unscreened: int
    sought: int
    not_retrieved: int
    assessed: int
    excluded_reasons: dict[str, int]
    unassessed: int
    included: int


class ImportedAnswer(TypedDict):
    """What became of a file of decisions; of ``unmatched`` papers, not in the review, nothing was kept.

    ``contradicting``: papers of which the file says two things (titles of the first few: ``contradictions``);
    they are left to decide. ``not_reached``: papers decided at a stage that they have not reached; it counts
    once they do.
    """

    read: int
    decided: int
    undecided: int
    unchanged: int
    unmatched: int
    contradicting: int
    contradictions: list[str]
    not_reached: int
    examples: list[str]
