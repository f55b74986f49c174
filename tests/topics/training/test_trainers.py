"""One contract for both trainers: the same levels from the same start."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ingest.progress import Interrupted, Silent
from tests.conftest import missing
from topics.model.foldin import ITERATIONS, fold_in_many
from topics.training.clusters import start_phi
from topics.training.trainer import TrainedLevel, TrainerName, TrainerOptions, train_levels


@pytest.fixture(scope="module")
def counts() -> sparse.csr_matrix:
    noise = np.random.default_rng(7)
    themes = noise.dirichlet(np.full(80, 0.08), 6)
    rows = [noise.multinomial(25, themes[number % 6]) for number in range(300)]
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))


@pytest.fixture(scope="module")
def starts(counts: sparse.csr_matrix) -> list[Any]:
    labels = np.arange(counts.shape[0]) % 6
    return [start_phi(counts, labels // 3, 2), start_phi(counts, labels, 6)]


class TrainerContract:
    """What a trainer must do."""

    name: TrainerName

    def train(self, counts: sparse.csr_matrix, starts: list[Any], **options: Any) -> list[TrainedLevel]:
        return train_levels(counts, starts, self.name, TrainerOptions(threads=1, **options), Silent())

    def test_columns_are_distributions(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        trained = self.train(counts, starts)
        for level, start in zip(trained, starts, strict=True):
            assert level.phi.shape == start.shape
            np.testing.assert_allclose(level.phi.sum(axis=0), 1, atol=1e-4)
            assert level.mass.sum() == pytest.approx(1, abs=1e-4)
        assert trained[0].psi is None
        psi = trained[1].psi
        assert psi is not None
        assert psi.shape == (6, 2)
        np.testing.assert_allclose(psi.sum(axis=0), 1, atol=1e-4)

    def test_the_tree_follows_the_nested_start(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        trained = self.train(counts, starts)
        psi = trained[1].psi
        assert psi is not None
        joint = psi * trained[0].mass
        assert joint.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]

    def test_every_paper_falls_into_its_topic(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        theta = fold_in_many(counts, self.train(counts, starts)[-1].phi, ITERATIONS)
        np.testing.assert_allclose(theta.sum(axis=1), 1, atol=1e-4)
        assert (theta.argmax(axis=1) == np.arange(300) % 6).mean() > 0.95

    def test_the_same_seed_gives_the_same_model(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        first, second = self.train(counts, starts), self.train(counts, starts)
        np.testing.assert_array_equal(first[1].phi, second[1].phi)

    def test_equals_the_portable_trainer(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        for weight, background in ((1.0, 0.4), (0.5, 0.4), (1.0, 0.0)):
            mine = self.train(counts, starts, parent_weight=weight, passes=3, background=background)
            options = TrainerOptions(parent_weight=weight, passes=3, background=background)
            other = train_levels(counts, starts, "portable", options, Silent())
            for one, two in zip(mine, other, strict=True):
                np.testing.assert_allclose(one.phi, two.phi, atol=1e-3)
                np.testing.assert_allclose(one.mass, two.mass, atol=1e-3)
                if one.psi is not None and two.psi is not None:
                    np.testing.assert_allclose(one.psi, two.psi, atol=1e-3)

    def test_tags_have_a_phi_of_their_own(self, counts: sparse.csr_matrix, starts: list[Any]) -> None:
        """The last twenty columns as tags: both trainers make the same of them."""
        labels = np.arange(counts.shape[0]) % 6
        begin = [start_phi(counts, labels // 3, 2, 60), start_phi(counts, labels, 6, 60)]
        options = TrainerOptions(passes=2)
        mine = train_levels(counts, begin, self.name, options, Silent(), terms=60)
        other = train_levels(counts, begin, "portable", options, Silent(), terms=60)
        for one, two in zip(mine, other, strict=True):
            assert one.phi.shape[0] == 60
            assert one.tags.shape[0] == 20
            np.testing.assert_allclose(one.tags.sum(axis=0), 1, atol=1e-4)
            for part in ("phi", "tags", "mass"):
                np.testing.assert_allclose(getattr(one, part), getattr(two, part), atol=1e-3)
            if one.psi is not None and two.psi is not None:
                np.testing.assert_allclose(one.psi, two.psi, atol=1e-3)

    def test_what_all_papers_say_is_kept_out_of_sight(self, counts: sparse.csr_matrix) -> None:
        """Ten words that every paper has as often: topics have less of them; ψ and p(t) stay whole."""
        common = sparse.csr_matrix(np.ones((counts.shape[0], 10), dtype=np.float32))
        every = sparse.csr_matrix(sparse.hstack([counts, common], format="csr"))
        labels = np.arange(every.shape[0]) % 6
        begin = [start_phi(every, labels // 3, 2), start_phi(every, labels, 6)]
        with_it, without = (self.train(every, begin, passes=2, background=share) for share in (0.4, 0.0))
        for one, two in zip(with_it, without, strict=True):
            assert one.phi.shape == two.phi.shape
            assert (one.phi[-10:].sum(axis=0) < 0.7 * two.phi[-10:].sum(axis=0)).all()
            assert one.mass.sum() == pytest.approx(1, abs=1e-4)
        psi = with_it[1].psi
        assert psi is not None
        assert psi.shape == (6, 2)
        np.testing.assert_allclose(psi.sum(axis=0), 1, atol=1e-4)

    def test_progress_covers_every_pass_and_can_stop(
        self, counts: sparse.csr_matrix, starts: list[Any]
    ) -> None:
        class Stop:
            seen: list[float] = []  # noqa: RUF012

            def step(self, name: str, done: float, total: float) -> None:
                self.seen.append(done / total)
                if done >= 2:
                    raise Interrupted("enough")

        with pytest.raises(Interrupted, match="enough"):
            train_levels(counts, starts, self.name, TrainerOptions(threads=1, passes=2), Stop())
        assert Stop.seen == [0.0, 0.25, 0.5]
        Stop.seen = []


class TestPortable(TrainerContract):
    name = "portable"


class TestBigARTM(TrainerContract):
    name = "bigartm"

    @pytest.fixture(autouse=True)
    def _needs_bigartm(self) -> None:
        if importlib.util.find_spec("artm") is None:
            missing("bigartm", "BigARTM is not installed (extra `train`)")
