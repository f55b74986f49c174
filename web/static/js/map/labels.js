// Names that fit their cells: measured, wrapped, and left out where they do not fit or would touch another.
import { chord } from "./geometry.js";

const SIZES = [[22, 19, 17, 15, 13.5, 12, 11], [14, 13, 12, 11], [11.5, 10.5]];
const WEIGHTS = [650, 500, 400];
const LINE = 1.16;
const PAD = 5, DOT = 5;
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

function widthOf(text, weight, family) {
  const key = weight + text;
  if (!widths.has(key)) {
    pen.font = `${weight} 100px ${family}`;
    widths.set(key, pen.measureText(text).width / 100);
  }
  return widths.get(key);
}

// Every way to break the words into lines that is worth trying: the most even one for each number of lines.
const wrapped = new Map();
function wraps(label, weight, family) {
  const key = weight + label;
  if (wrapped.has(key)) return wrapped.get(key);
  const words = label.split(/\s+/);
  const found = [];
  for (let count = 1; count <= Math.min(4, words.length); count++) found.push(even(words, count, weight, family));
  wrapped.set(key, found);
  return found;
}

function even(words, count, weight, family) {
  const space = widthOf(" ", weight, family);
  const each = words.map((word) => widthOf(word, weight, family));
  const total = each.reduce((sum, width) => sum + width + space, 0);
  const lines = [[]];
  let used = 0;
  words.forEach((word, i) => {
    const line = lines[lines.length - 1];
    if (line.length && lines.length < count && used + each[i] / 2 > (total / count) * lines.length) lines.push([word]);
    else line.push(word);
    used += each[i] + space;
  });
  const texts = lines.map((line) => line.join(" "));
  return { texts, width: Math.max(...texts.map((text) => widthOf(text, weight, family))) };
}

// Where a block of the given size fits into the polygon, near the wished height; or null.
function room(points, y, width, height) {
  let left = -Infinity, right = Infinity;
  for (const at of [y - height / 2, y, y + height / 2]) {
    const found = chord(points, at);
    if (!found) return null;
    left = Math.max(left, found[0]);
    right = Math.min(right, found[1]);
  }
  return right - left >= width ? (left + right) / 2 : null;
}

function free(box, taken) {
  return taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
}

function place(cell, depth, points, centre, taken, family, frame) {
  const weight = WEIGHTS[depth];
  const tall = Math.max(...points.map((p) => p[1])) - Math.min(...points.map((p) => p[1]));
  for (const size of SIZES[depth]) {
    for (const { texts, width } of wraps(cell.label, weight, family)) {
      const wide = width * size + 2 * PAD, high = texts.length * size * LINE + PAD;
      if (high > tall) break;
      for (const shift of [0, -0.16, 0.16, -0.3, 0.3]) {
        const y = centre[1] + shift * tall;
        const x = room(points, y, wide, high);
        if (x === null) continue;
        const box = { left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 };
        const inside = box.left > 0 && box.top > 0 && box.right < frame.width && box.bottom < frame.height;
        if (inside && free(box, taken)) return { cell, depth, texts, size, x, y, box };
      }
    }
  }
  return null;
}

// Labels for cells given as {cell, depth, points, centre} in pixels, the outer levels first.
// They keep away from the points where there is room elsewhere.
export function layout(entries, family, frame, points = []) {
  const taken = [];
  const found = [];
  const dots = points.map(([x, y]) => ({ left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT }));
  for (const depth of [0, 1, 2]) {
    for (const entry of entries.filter((item) => item.depth === depth)) {
      const put = (kept) => place(entry.cell, depth, entry.points, entry.centre, kept, family, frame);
      const free = put(taken), aside = free && dots.length ? put([...taken, ...dots]) : null;
      const label = aside && aside.size > 0.7 * free.size ? aside : free;
      if (label) { found.push(label); taken.push(label.box); }
    }
  }
  return found;
}

// Titles beside their points, where there is room; given as {title, x, y}, in the order of importance.
export function besides(points, taken, family, frame) {
  const boxes = [...taken];
  const found = [];
  for (const point of points) {
    const title = point.title.length > 52 ? `${point.title.slice(0, 50).trimEnd()}…` : point.title;
    const wide = widthOf(title, 400, family) * 11.5;
    const box = { left: point.x - 6, right: point.x + 10 + wide, top: point.y - 8, bottom: point.y + 8 };
    if (box.right > frame.width || box.top < 0 || box.bottom > frame.height || !free(box, boxes)) continue;
    boxes.push(box);
    found.push({ ...point, title });
  }
  return found;
}

export { LINE };
