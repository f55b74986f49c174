// The way from all topics to the one in focus, above the map.
import { addressOf } from "../address.js";
import { say } from "../say.js";

export function writeCrumbs(map) {
  map.crumbs.replaceChildren();
  const add = (label, act) => {
    const item = document.createElement("li");
    const part = document.createElement(act ? "button" : "span");
    part.textContent = label;
    part.dir = "auto";
    if (act) { part.type = "button"; part.addEventListener("click", act); }
    item.append(part);
    map.crumbs.append(item);
  };
  add(say("All topics"), map.focus ? () => map.go(null) : null);
  const path = map.focus ? map.path(map.focus) : [];
  for (const cell of path.slice(0, -1)) add(cell.label, () => map.go(cell));
  if (map.focus) add(map.focus.label, null);
  const page = map.focus && addressOf(`/topics/${encodeURIComponent(map.focus.id)}`);
  map.open.hidden = !page || page === location.pathname;
  if (page) map.open.href = page;
}
