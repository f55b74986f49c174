"""Do names that stay after a rebuild say what the topics hold? ``python -m bench.kept_names BEFORE AFTER``.

BEFORE and AFTER are home folders of atlases of the same papers. The topics of their published models are
matched as a build matches them; a topic that keeps its id at all (likeness ≥ .4) has a likeness and a share
of its papers that stayed. Its former name is **still true** when, as a query (`bench.labels`), it is at
least ``--least`` (.8) times as good (F1) for the new topic's members as it was for the former one's. Prints
for several thresholds of `STILL_ITSELF` how many names stay, how many of them are still true, and how many of
those that are laid aside would have been.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from bench.label_evidence import Evidence, members_of
from bench.labels import of_atlas, scores
from topics.model import matching
from topics.model.hierarchy import Hierarchy
from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.training.final_pass import best_topics

THRESHOLDS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)


def view(model: Hierarchy) -> matching.ModelView:
    """A model as matching looks at it."""
    levels = [
        matching.LevelView(
            np.asarray(level.phi),
            [[term for term, _ in model.topics[name].terms] for name in level.ids],
            best_topics(model.theta[number]),
            level.ids,
        )
        for number, level in enumerate(model.levels)
    ]
    return matching.ModelView(model.vocabulary, model.paper_ids, levels)


def main() -> None:
    """Match, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--least", type=float, default=0.8)
    options = parser.parse_args()
    _, former = of_atlas(options.before)
    papers, current = of_atlas(options.after)
    found = matching.match(view(former), view(current))
    evidence = Evidence(papers, CATEGORY_NAMES)
    place = {paper.id: row for row, paper in enumerate(papers)}
    masks = []
    for model in (former, current):
        rows = np.array([place.get(name, -1) for name in model.paper_ids], dtype=np.intp)
        known = rows >= 0
        levels = []
        for level in members_of(model):
            mask = np.zeros((len(papers), level.shape[1]), dtype=bool)
            mask[rows[known]] = level[known]
            levels.append(mask)
        masks.append(levels)
    new_place = {id: (number, row) for number, ids in enumerate(found.ids) for row, id in enumerate(ids)}
    judged = []
    for row in found.kept:
        topic = former.topics[row["id"]]
        hits = evidence.bear_out(topic.label)
        number, column = new_place[row["id"]]
        was = scores(hits, masks[0][topic.level][:, topic.index])[2]
        now = scores(hits, masks[1][number][:, column])[2]
        judged.append((row["likeness"], row["papers"], now >= options.least * was))
    total = sum(len(level.ids) for level in former.levels)
    for threshold in THRESHOLDS:
        stays = [like >= threshold and (share is None or share >= matching.STILL_ITS_PAPERS)
                 for like, share, _ in judged]  # fmt: skip
        true = [is_true for stay, (_, _, is_true) in zip(stays, judged, strict=True) if stay]
        aside = [is_true for stay, (_, _, is_true) in zip(stays, judged, strict=True) if not stay]
        print(json.dumps({
            "threshold": threshold, "topics": total, "matched": len(judged), "names that stay": len(true),
            "still true": round(float(np.mean(true)), 3) if true else None,
            "laid aside": len(aside), "of those true": round(float(np.mean(aside)), 3) if aside else None,
        }))  # fmt: skip


if __name__ == "__main__":
    main()
