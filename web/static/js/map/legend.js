// The colours of an overlay on the cells, and the key that says what colours, sizes and points mean.
import { overlay } from "./overlays.js";
import { say } from "../say.js";

const OFFERED = ["collection", "growth", "quality"];

export async function colourBy(map, name) {
  const kind = name.startsWith("own:") ? "collection" : name, choice = map.section.querySelector("[data-overlay]");
  if (name && !OFFERED.includes(kind) && !name.startsWith("review:")) return;
  if (![...choice.options].some((option) => option.value === kind)) choice.add(new Option(say("what a review read"), kind));
  choice.value = kind;
  if (map.kept) { map.kept = null; map.showPapers([]); }
  map.notes = new Map();
  map.overlay = null;
  map.drawing.classList.toggle("overlay", Boolean(name));
  if (!name) { writeKey(map); return; }
  map.legend.textContent = say("Loading…");
  try {
    const { colours, notes, legend, papers, exact } = await overlay(name, map.tops.map((cell) => cell.id));
    if (map.colour !== name) return; // another was chosen meanwhile
    map.notes = notes;
    map.overlay = legend;
    for (const cell of map.cells.values()) {
      const known = (exact ? [cell] : map.path(cell).reverse()).find((at) => colours.has(at.id));
      if (known) cell.element.style.setProperty("--over", colours.get(known.id));
      else cell.element.style.removeProperty("--over");
    }
    if (papers) { map.kept = papers; map.showPapers(papers); }
    writeKey(map);
  } catch {
    map.legend.textContent = say("This could not be loaded; try again in a moment.");
  }
}

// What is to be seen: the overlay's colours or what the map says without one, and the points.
export function writeKey(map) {
  const entries = map.overlay ? map.overlay.map(([colour, text]) => swatch(map, colour, text)) : [
    say("Area: papers"), map.lit ? say("Bright: many of these results") : say("Colour: top topic"),
  ].map(plain);
  if (map.points.length) entries.push(dot(map.kept ? say("a kept paper") : say("a paper of the list")));
  map.legend.replaceChildren(...entries);
}

function plain(text) {
  const entry = document.createElement("span");
  entry.textContent = text;
  return entry;
}

function dot(text) {
  const entry = plain(""), mark = document.createElement("i");
  mark.className = "dot";
  entry.append(mark, text);
  return entry;
}

function swatch(map, colour, text) {
  const entry = plain(""), mark = document.createElement("i");
  mark.style.setProperty("--swatch", colour);
  entry.append(mark, text);
  if (map.colour !== "collection") return entry;
  const alone = document.createElement("button");
  alone.type = "button";
  alone.className = "plain";
  alone.textContent = say("against all");
  alone.setAttribute("aria-label", say("{name} against all", { name: text }));
  alone.addEventListener("click", () => map.colourBy(`own:${text}`));
  entry.append(alone);
  return entry;
}
