// Marked papers are kept in the address, so that paging, going back and sharing keep them.

import { say } from "./say.js";

export function marked() {
  return (new URLSearchParams(location.search).get("marked") ?? "").split(",").filter(Boolean);
}

// The address of another search, with the papers that are marked now.
export function withMarks(url) {
  const changed = new URL(url, location.href), ids = marked();
  if (ids.length) changed.searchParams.set("marked", ids.join(","));
  else changed.searchParams.delete("marked");
  return changed;
}

export function keepMarks() {
  document.addEventListener("change", (event) => {
    const box = event.target.closest(".mark input");
    if (!box) return;
    for (const twin of document.querySelectorAll(".mark input")) if (twin.value === box.value) twin.checked = box.checked;
    if (document.querySelector("[data-marks][data-kept]")) remember(box);
    countMarks();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    event.target.closest(".result")?.querySelector(".mark input")?.click();
  });
  countMarks();
}

function remember(box) {
  const ids = marked().filter((id) => id !== box.value);
  if (box.checked) ids.push(box.value);
  const url = new URL(location.href);
  if (ids.length) url.searchParams.set("marked", ids.join(","));
  else url.searchParams.delete("marked");
  history.replaceState(history.state, "", url.pathname + url.search.replaceAll("%2C", ",") + url.hash);
}

export function countMarks() {
  const form = document.querySelector("[data-marks]");
  if (!form) return;
  const count = new Set(new FormData(form).getAll("ids")).size;
  form.querySelector("[data-count]").textContent = say("Papers marked: {count}", { count });
  for (const button of form.querySelectorAll("button")) button.disabled = count === 0 || count > (button.dataset.most ?? Infinity);
}
