// Pairs of records by keys: j and k go from one to the next, s and n decide the one that is looked at, u undoes.

export function judgePairs() {
  const pairs = [...document.querySelectorAll("[data-pair]")];
  let at = Math.max(0, pairs.findIndex((pair) => pair.hasAttribute("aria-current")));
  const look = (next) => {
    if (!pairs.length) return;
    pairs[at].removeAttribute("aria-current");
    at = Math.min(pairs.length - 1, Math.max(0, next));
    pairs[at].setAttribute("aria-current", "true");
    pairs[at].focus({ preventScroll: true });
    pairs[at].scrollIntoView({ block: at ? "start" : "nearest" });
  };
  if (at) look(at);
  for (const [place, pair] of pairs.entries()) {
    pair.addEventListener("focusin", () => { if (place !== at) { pairs[at].removeAttribute("aria-current"); at = place; pair.setAttribute("aria-current", "true"); } });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && "snu".includes(event.key)) return;
    if (event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") look(at + (key === "j" ? 1 : -1));
    else if (key === "s" || key === "n") pairs[at]?.querySelector(`[data-pair-key="${key}"]`)?.click();
    else if (key === "u") document.querySelector('[data-pair-key="u"]')?.click();
    else return;
    event.preventDefault();
  });
  let sent = false;  // one decision a page: a second press finds the next page
  document.addEventListener("submit", (event) => {
    if (!event.target.querySelector("[data-pair-key]")) return;
    if (sent) { event.preventDefault(); return; }
    sent = true;
    const name = document.getElementById("who")?.value;
    if (name !== undefined) event.target.elements.who.value = name;
  });
  addEventListener("pageshow", () => { sent = false; });
}
