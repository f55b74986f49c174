// Searching without leaving the page: the same addresses, the same HTML, but the map stays and changes its light.
import { addressOf } from "./address.js";
import { written } from "./map/hash.js";
import { countMarks, withMarks } from "./marks.js";
import { showResults } from "./results.js";
import { walkTrees } from "./tree.js";

export function liveSearch(page, map) {
  let running = null;

  async function show(url, push) {
    running?.abort();
    running = new AbortController();
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: running.signal, headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.querySelector("[data-search-page]")) { location.href = url; return; }
      if (push) history.pushState({}, "", url + (map ? written(map) : ""));
      swap(fresh);
    } catch (error) {
      if (error.name !== "AbortError") location.href = url;
      return;
    }
    page.removeAttribute("aria-busy");
  }

  function swap(fresh) {
    document.title = fresh.title;
    for (const part of page.querySelectorAll("[data-swap]")) {
      const next = fresh.querySelector(`[data-swap="${part.dataset.swap}"]`);
      if (!next) continue;
      if (part.matches("details")) next.open = part.open;
      part.replaceWith(next);
    }
    const form = document.querySelector("[data-live-search]"), given = fresh.querySelector("[data-live-search]");
    for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
    form.append(...given.querySelectorAll("input[type=hidden]"));
    form.elements.q.value = given.querySelector("[name=q]").value;
    if (map) {
      const drawing = fresh.querySelector(".map-drawing");
      if (drawing) map.lightAs(drawing);
      showResults(map);
    }
    walkTrees(page, map);
    countMarks();
    if (page.getBoundingClientRect().top < 0) scrollTo({ top: 0 });
  }

  const form = document.querySelector("[data-live-search]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const url = withMarks(addressOf(`/search?${new URLSearchParams(new FormData(form))}`));
    show(url.pathname + url.search, true);
    form.elements.q.blur();
  });
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || link.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const url = new URL(link.href.baseVal ?? link.href, location.href);
    if (url.origin !== location.origin || url.pathname !== addressOf("/search")) return;
    event.preventDefault();
    const kept = link.matches("[data-clear]") ? url : withMarks(url);
    show(kept.pathname + kept.search, true);
  });
  let shown = location.search;
  addEventListener("popstate", () => {
    if (location.pathname === addressOf("/search") && location.search !== shown) show(location.pathname + location.search, false);
    shown = location.search;
  });
  for (const change of ["pushState", "replaceState"]) {
    const own = history[change].bind(history);
    history[change] = (...values) => { own(...values); shown = location.search; };
  }
}
