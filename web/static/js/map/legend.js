// The colours of an overlay on the cells, and the legend that says what they mean.
import { overlay } from "./overlays.js";
import { say } from "../say.js";

export async function colourBy(map, name) {
  map.notes = new Map();
  map.legend.hidden = !name;
  map.drawing.classList.toggle("overlay", Boolean(name));
  if (!name) return;
  map.legend.textContent = say("Loading…");
  try {
    const { colours, notes, legend } = await overlay(name, map.tops.map((cell) => cell.id));
    map.notes = notes;
    for (const cell of map.cells.values()) {
      const known = map.path(cell).reverse().find((at) => colours.has(at.id));
      if (known) cell.element.style.setProperty("--over", colours.get(known.id));
      else cell.element.style.removeProperty("--over");
    }
    map.legend.replaceChildren(...legend.map(([colour, text]) => {
      const entry = document.createElement("span");
      const swatch = document.createElement("i");
      swatch.style.setProperty("--swatch", colour);
      entry.append(swatch, text);
      if (name !== "collection") return entry;
      const alone = document.createElement("button");
      alone.type = "button";
      alone.className = "plain";
      alone.textContent = say("against all");
      alone.setAttribute("aria-label", say("{name} against all", { name: text }));
      alone.addEventListener("click", () => map.colourBy(`own:${text}`));
      entry.append(alone);
      return entry;
    }));
  } catch {
    map.legend.textContent = say("This could not be loaded; try again in a moment.");
  }
}
