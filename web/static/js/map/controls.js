// Pointer, wheel, pinch and keys on the map.
import { addressOf } from "../address.js";
import { clamp, zoomAt } from "./view.js";
import { say } from "../say.js";

const FAR = 6; // pixels that a pointer may tremble before a click becomes a drag

export function controls(map) {
  pointers(map);
  keys(map);
  map.window.addEventListener("wheel", (event) => wheel(map, event), { passive: false });
  map.section.querySelector("[data-overlay]").addEventListener("change", (event) => map.colourBy(event.target.value));
  document.addEventListener("themechange", () => map.colourBy(map.colour, { remember: false }));
  for (const button of map.section.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => step(map, button.dataset.zoom));
  }
}

function step(map, way) {
  if (way === "all") { map.go(null); return; }
  map.stop();
  map.draw(zoomAt(map.view, way === "in" ? 1.6 : 1 / 1.6, 0.5, 0.5));
  map.refocus();
}

function wheel(map, event) {
  if (event.deltaY > 0 && map.view.k <= 1) return; // nothing to zoom out of: the page scrolls
  event.preventDefault();
  map.stop();
  const box = map.window.getBoundingClientRect();
  const lines = event.deltaMode === 1 ? 16 : 1;
  const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016));
  map.draw(zoomAt(map.view, factor, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  clearTimeout(map.wheelEnd);
  map.wheelEnd = setTimeout(() => map.refocus(), 120);
}

// The topic that a pointer means: the one whose name it is on, else the cell below.
function aimedAt(map, event) {
  const name = event.target.closest?.(".map-labels text[data-id]");
  if (name) return map.cells.get(name.dataset.id);
  const leaf = event.target.closest?.(".cell");
  return leaf ? map.target(leaf.dataset.id) : null;
}

function pointers(map) {
  const down = new Map();
  let start = null;
  const where = (event) => ({ x: event.clientX, y: event.clientY });

  map.window.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, where(event));
    if (down.size === 1) start = { ...where(event), view: map.view, moved: false };
    if (down.size === 2) start = { pinch: pinchOf(down), view: map.view, moved: true };
    map.stop();
  });
  map.window.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) { hover(map, event); return; }
    down.set(event.pointerId, where(event));
    if (down.size === 2 && start?.pinch) pinch(map, start, pinchOf(down));
    else if (down.size === 1 && start && !start.pinch) drag(map, start, event);
  });
  const up = (event) => {
    if (!down.delete(event.pointerId)) return;
    if (start?.moved) { event.preventDefault(); map.dragged = true; map.refocus(); setTimeout(() => { map.dragged = false; }, 0); }
    if (!down.size) start = null;
  };
  addEventListener("pointerup", up);
  addEventListener("pointercancel", up);
  map.window.addEventListener("pointerleave", () => { map.mark([]); map.say(null); map.dispatchEvent(new CustomEvent("hover", { detail: null })); });
  map.window.addEventListener("mousedown", (event) => { // the map takes the focus, none of its parts
    event.preventDefault();
    map.walking = false;
    map.window.focus({ preventScroll: true });
    map.window.classList.remove("by-keys");
  });
  map.window.addEventListener("dragstart", (event) => event.preventDefault());
  map.window.addEventListener("click", (event) => click(map, event));
}

function pinchOf(down) {
  const [a, b] = [...down.values()];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
}

function pinch(map, start, now) {
  const box = map.window.getBoundingClientRect();
  const at = (point) => [(point.x - box.left) / box.width, (point.y - box.top) / box.height];
  const zoomed = zoomAt(start.view, now.apart / start.pinch.apart, ...at(start.pinch));
  const [x0, y0] = at(start.pinch), [x1, y1] = at(now);
  map.draw(clamp({ k: zoomed.k, x: zoomed.x - (x1 - x0) / zoomed.k, y: zoomed.y - (y1 - y0) / zoomed.k }));
}

function drag(map, start, event) {
  const dx = event.clientX - start.x, dy = event.clientY - start.y;
  if (!start.moved && Math.hypot(dx, dy) < FAR) return;
  if (map.view.k <= 1.001) return;
  start.moved = true;
  const { k, x, y } = start.view;
  map.draw(clamp({ k, x: x - dx / map.width / k, y: y - dy / map.height / k }));
}

function hover(map, event) {
  if (event.pointerType === "touch") return;
  const paper = event.target.closest?.(".point");
  if (paper) { map.dispatchEvent(new CustomEvent("paper", { detail: paper.dataset.id })); return; }
  const cell = aimedAt(map, event);
  if (cell && map.hot.has(cell.id) && map.hot.size === 1) return;
  map.mark(cell ? [cell.id] : []);
  map.say(cell);
  map.dispatchEvent(new CustomEvent("hover", { detail: cell }));
}

function click(map, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (map.dragged) return;
  const paper = event.target.closest?.(".point");
  if (paper) { location.href = addressOf(`/documents/${encodeURIComponent(paper.dataset.id)}`); return; }
  const cell = aimedAt(map, event);
  if (!cell) return;
  if (cell === map.focus) { if (cell.level === map.last) location.href = addressOf(`/topics/${encodeURIComponent(cell.id)}`); }
  else map.go(cell);
  map.mark([]);
  map.say(cell);
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keys(map) {
  map.window.addEventListener("focus", () => {
    map.window.classList.add("by-keys");
    map.note.textContent = say("Arrow keys move, Enter goes in, Escape goes out.");
  });
  map.window.addEventListener("blur", () => { map.walking = false; map.mark([]); map.say(null); });
  map.window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    map.window.classList.add("by-keys");
    if (press(map, event.key)) event.preventDefault();
  });
}

function press(map, key) {
  if (!map.walking && (WAYS[key] || key === "Enter" || key === "o" || key === "O")) {
    map.walking = true;
    map.cursor = middle(map);
    if (WAYS[key]) { point(map, map.cursor); return true; }
  }
  if (WAYS[key]) walk(map, WAYS[key]);
  else if (key === "Enter" && map.cursor.children.length) { map.go(map.cursor); map.cursor = middle(map); point(map, map.cursor); }
  else if (key === "Enter" || key === "o" || key === "O") location.href = addressOf(`/topics/${encodeURIComponent(map.cursor.id)}`);
  else if ((key === "Escape" || key === "Backspace") && map.focus) leave(map);
  else if (key === "+" || key === "=") step(map, "in");
  else if (key === "-" || key === "−") step(map, "out");
  else if (key === "0") map.go(null);
  else return false;
  return true;
}

// Where walking begins: the topic in the middle of what is shown.
function middle(map) {
  const { x, y } = map.focus ? { x: map.focus.centre[0], y: map.focus.centre[1] } : map.view;
  const choices = map.focus ? (map.focus.children.length ? map.focus.children : [map.focus]) : map.tops;
  const far = (cell) => Math.hypot(cell.centre[0] - x, cell.centre[1] - y);
  return choices.reduce((best, cell) => (far(cell) < far(best) ? cell : best));
}

function leave(map) {
  const from = map.focus;
  map.out();
  map.walking = true;
  map.cursor = from;
  point(map, from);
}

// To the cell of the same level that lies nearest in the wished direction.
function walk(map, [dx, dy]) {
  const from = map.cursor;
  let best = null, least = Infinity;
  for (const cell of map.cells.values()) {
    if (cell.level !== from.level || cell === from) continue;
    const x = cell.centre[0] - from.centre[0], y = (cell.centre[1] - from.centre[1]) * (map.height / map.width);
    const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (along > 0.001 && aside < along * 2.2 && along + aside * 1.5 < least) { least = along + aside * 1.5; best = cell; }
  }
  if (!best) return;
  map.cursor = best;
  if (map.focus && !map.isWithin(best, map.focus)) {
    const keep = best;
    map.go(map.cells.get(best.parent) ?? null);
    map.cursor = keep;
  }
  point(map, best);
}

function point(map, cell) {
  map.mark([]);
  map.say(cell);
  map.drawShapes();
  map.dispatchEvent(new CustomEvent("hover", { detail: cell }));
}
