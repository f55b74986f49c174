// Papers on the map: points in the cells of their topics, with names where there is room.
import { placeFor } from "./geometry.js";
import { besides } from "./labels.js";
import { make } from "./svg.js";

const RADIUS = 3.8, HOT = 7;

// Papers as points: [{id, title, topic}], each in the last of its topics that the map has.
export function showPapers(map, papers) {
  map.pointLayer.replaceChildren();
  map.points = [];
  for (const paper of papers) {
    const cell = paper.topics.map((id) => map.cells.get(id)).filter(Boolean).sort((a, b) => b.level - a.level)[0];
    if (!cell) continue;
    const element = make("circle", { class: "point", r: RADIUS, "data-id": paper.id }, map.pointLayer);
    make("title", {}, element).textContent = paper.title;
    map.points.push({ ...paper, element, cell, at: paper.at ?? placeFor(cell.points, paper.id) });
  }
  map.draw(map.view);
}

export function markPaper(map, id) {
  for (const point of map.points) {
    point.element.classList.toggle("hot", point.id === id);
    point.element.setAttribute("r", point.id === id ? HOT : RADIUS);
  }
}

// In a topic of the last level its papers have names, where there is room.
export function writeTitles(map, taken) {
  const points = map.points.filter((point) => point.cell === map.focus).map((point) => {
    const [x, y] = map.toPixels(point.at);
    return { title: point.title, at: point.at, x, y };
  });
  for (const { title, at, x, y } of besides(points, taken, map.family, map)) {
    const element = make("text", { class: "paper", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, map.textLayer);
    make("tspan", { x: 9, y: 0 }, element).textContent = title;
    map.placed.push({ element, at });
  }
}
