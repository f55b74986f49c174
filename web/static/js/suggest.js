// Suggestions under a search box: a combobox with a list, by arrows, Enter and Escape.

import { addressOf } from "./address.js";
import { say } from "./say.js";

const KINDS = {
  title: say("paper"), topic: say("topic"), term: say("term"), author: say("author"), tag: say("tag"),
};
const PATHS = { topic: "/topics/", title: "/documents/" };
let boxes = 0;

export function suggest(form) {
  const input = form.elements.q;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${++boxes}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("Suggestions"));
  list.hidden = true;
  form.append(list);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));
  let entries = [], at = -1, timer = 0, running = null;

  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (entry) => {
    close();
    if (PATHS[entry.kind] && entry.target) { location.href = addressOf(PATHS[entry.kind] + encodeURIComponent(entry.target)); return; }
    input.value = entry.query || entry.text;
    form.requestSubmit();
  };
  const select = (place) => {
    at = (place + entries.length + 1) % (entries.length + 1);
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < entries.length) input.setAttribute("aria-activedescendant", list.children[at].id);
    else input.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const show = () => {
    list.replaceChildren(...entries.map((entry, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const text = document.createElement("span"), kind = document.createElement("span");
      text.textContent = entry.text;
      text.dir = "auto";
      kind.className = "kind";
      kind.textContent = KINDS[entry.kind] ?? entry.kind ?? "";
      item.append(text, kind);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(entry); });
      return item;
    }));
    list.hidden = !entries.length;
    at = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    running?.abort();
    const text = input.value.trim();
    if (text.length < 2 || text.length > 200) { close(); return; }
    running = new AbortController();
    try {
      const answer = await fetch(addressOf(`/api/v1/suggest?q=${encodeURIComponent(text)}`), { signal: running.signal });
      entries = answer.ok ? (await answer.json()).suggestions : [];
      if (document.activeElement === input) show();
    } catch { /* A later letter took its place, or the server is away: no suggestions. */ }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 110); });
  input.addEventListener("blur", close);
  form.addEventListener("submit", () => { clearTimeout(timer); running?.abort(); close(); });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") select(at + 1);
    else if (event.key === "ArrowUp") select(at < 0 ? entries.length - 1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0 && at < entries.length) choose(entries[at]);
    else return;
    event.preventDefault();
  });
}
