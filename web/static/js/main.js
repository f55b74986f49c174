// Each part of a page that can do more with scripts says so by a data attribute; here they meet.
import { AtlasMap } from "./map/map.js";
import { keepMarks } from "./marks.js";
import { linkResults } from "./results.js";
import { screenByKeys } from "./screening.js";
import { judgePairs } from "./pairs.js";
import { liveSearch } from "./search.js";
import { suggest } from "./suggest.js";
import { citations, copyButtons, followJob, followJobs, uploads } from "./work.js";
import { walkTrees } from "./tree.js";

const maps = [...document.querySelectorAll("[data-map]")].map((section) => new AtlasMap(section));
const map = maps[0];
if (map) linkResults(map);
for (const form of document.querySelectorAll("[data-suggest]")) suggest(form);
const page = document.querySelector("[data-search-page]");
if (page) liveSearch(page, map);
walkTrees(document, map);
if (document.querySelector("button[data-key]")) screenByKeys();
if (document.querySelector(".duplicates")) judgePairs();
citations();
keepMarks();
copyButtons();
uploads();
const job = document.querySelector("section[data-job]");
if (job) followJob(job);
else if (document.querySelector("tr[data-job]")) followJobs();

if (matchMedia("(max-width: 760px)").matches) {
  for (const box of document.querySelectorAll("[data-narrow-closed]")) box.open = false;
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = document.getElementById("q");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});
