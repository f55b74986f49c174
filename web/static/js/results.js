// The list of results and the map are one selection.

import { addressOf } from "./address.js";
export function linkResults(map) {
  const list = () => [...document.querySelectorAll(".result[data-topics]")];
  const clear = () => { for (const result of document.querySelectorAll(".result.hot")) result.classList.remove("hot"); };

  const onto = (event) => {
    const result = event.target.closest(".result[data-topics]");
    if (!result) return;
    const ids = result.dataset.topics.split(" ").filter((id) => map.cells.has(id));
    const deepest = Math.max(...ids.map((id) => map.cells.get(id).level));
    map.mark(ids.filter((id) => map.cells.get(id).level === deepest));
    map.markPaper(result.dataset.id);
  };
  const off = (event) => {
    if (event.target.closest(".result")) { map.mark([]); map.markPaper(null); }
  };
  document.addEventListener("mouseover", onto);
  document.addEventListener("focusin", onto);
  document.addEventListener("mouseout", off);
  document.addEventListener("focusout", off);

  map.addEventListener("hover", (event) => {
    clear();
    const cell = event.detail;
    if (cell) for (const result of list()) result.classList.toggle("hot", result.dataset.topics.split(" ").includes(cell.id));
    for (const item of document.querySelectorAll(".tree .hot")) item.classList.remove("hot");
    if (cell) document.querySelector(`.tree [data-id="${CSS.escape(cell.id)}"]`)?.classList.add("hot");
  });
  map.addEventListener("paper", (event) => {
    clear();
    const result = list().find((item) => item.dataset.id === event.detail);
    result?.classList.add("hot");
    map.markPaper(event.detail);
    const point = map.points.find((item) => item.id === event.detail);
    if (point) map.note.textContent = point.title;
  });
  map.addEventListener("focus", (event) => papersOf(map, event.detail, list()));
  showResults(map);
  papersOf(map, map.focus, list());
}

export function showResults(map) {
  const papers = [...document.querySelectorAll(".results .result, .exploring .result")].map((item) => ({
    id: item.dataset.id, title: item.dataset.title, topics: item.dataset.topics.split(" "),
  }));
  map.showPapers(papers);
}

// Where no results are shown, a topic of the last level shows its own first papers.
async function papersOf(map, cell, results) {
  if (results.length || map.kept) return;
  if (map.points.length) map.showPapers([]);
  if (!cell || cell.level !== map.last) return;
  try {
    const answer = await fetch(addressOf(`/api/v1/topics/${encodeURIComponent(cell.id)}/points`));
    if (!answer.ok || map.focus !== cell) return;
    const { papers } = await answer.json();
    map.showPapers(papers.map((paper) => ({ id: paper.id, title: paper.title, topics: [cell.id], at: paper.point })));
  } catch { /* The map works without the points. */ }
}
