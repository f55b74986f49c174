// Other things that the map's colours can say: which collection, what grows, how good a topic is.

import { addressOf } from "../address.js";
import { say } from "../say.js";

const cache = new Map();
async function fetchJson(path) {
  if (!cache.has(path)) cache.set(path, fetch(addressOf(path)).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status))));
  return cache.get(path);
}
const dark = () => getComputedStyle(document.documentElement).getPropertyValue("--dark").trim() === "1";
const QUALITY = { clear: 1, mixed: 0, leftover: -1 };
const WORDS = {
  clear: say("clear"), mixed: say("mixed"), leftover: say("leftover"), rising: say("rising"), steady: say("steady"), falling: say("falling"),
  "too few": say("too few papers to tell"),
};
const HUES = [258, 55, 155, 330, 100, 210, 20, 290];

function mixed(parts) {
  let a = 0, b = 0;
  for (const [hue, share] of parts) {
    a += share * Math.cos((hue * Math.PI) / 180);
    b += share * Math.sin((hue * Math.PI) / 180);
  }
  return `oklab(${dark() ? 0.5 : 0.78} ${(a * 0.13).toFixed(3)} ${(b * 0.13).toFixed(3)})`;
}

// From orange (less) over grey to blue (more): blue is also the stronger one, so that no eye needs red or green.
const MORE = 255, LESS = 65;

function diverging(value) {
  const strength = Math.min(1, Math.abs(value));
  const still = dark() ? 0.42 : 0.86, strong = dark() ? 0.56 : value > 0 ? 0.74 : 0.81;
  const angle = ((value > 0 ? MORE : LESS) * Math.PI) / 180, chroma = 0.13 * strength;
  const lightness = still + (strong - still) * strength;
  return `oklab(${lightness.toFixed(3)} ${(chroma * Math.cos(angle)).toFixed(3)} ${(chroma * Math.sin(angle)).toFixed(3)})`;
}

async function byCollection() {
  const { topics } = await fetchJson("/api/v1/topics");
  const totals = {};
  for (const topic of topics) if (topic.level === 0) for (const [name, n] of Object.entries(topic.collections)) totals[name] = (totals[name] || 0) + n;
  const names = Object.keys(totals).sort((a, b) => totals[b] - totals[a]).slice(0, HUES.length);
  const colours = new Map(), notes = new Map();
  for (const topic of topics) {
    const lifts = names.map((name) => (topic.collections[name] || 0) / totals[name]);
    const sum = lifts.reduce((total, lift) => total + lift, 0) || 1;
    colours.set(topic.id, mixed(names.map((_, i) => [HUES[i], lifts[i] / sum])));
    notes.set(topic.id, names.filter((name) => topic.collections[name]).map((name) => `${name}: ${topic.collections[name]}`).join(", "));
  }
  return { colours, notes, legend: names.map((name, i) => [mixed([[HUES[i], 1]]), name]) };
}

// One collection against all papers: where it has more than its share, and where less.
async function byOwn(name) {
  const { topics } = await fetchJson("/api/v1/topics");
  const tops = topics.filter((topic) => topic.level === 0);
  const own = (topic) => topic.collections[name] || 0;
  const expected = tops.reduce((sum, topic) => sum + own(topic), 0) / Math.max(1, tops.reduce((sum, topic) => sum + topic.documents, 0));
  const colours = new Map(), notes = new Map();
  for (const topic of topics) {
    const share = own(topic) / Math.max(1, topic.documents), sum = share + expected;
    colours.set(topic.id, diverging(sum ? (1.6 * (share - expected)) / sum : 0));
    notes.set(topic.id, `${name}: ${own(topic)} / ${topic.documents}`);
  }
  return { colours, notes, legend: [[diverging(1), say("more in {name} than elsewhere", { name })], [diverging(0), say("as elsewhere")], [diverging(-1), say("less")]] };
}

async function byGrowth(tops) {
  const answers = await Promise.all(tops.map((id) => fetchJson(`/api/v1/trends?topic=${encodeURIComponent(id)}`)));
  const colours = new Map(), notes = new Map();
  for (const { topics } of answers) {
    for (const topic of topics) {
      const moves = topic.movement === "rising" || topic.movement === "falling";
      colours.set(topic.id, diverging(moves ? topic.growth * 1.6 : 0));
      notes.set(topic.id, WORDS[topic.movement]);
    }
  }
  return { colours, notes, legend: [[diverging(1), WORDS.rising], [diverging(0), WORDS.steady], [diverging(-1), WORDS.falling]] };
}

async function byQuality() {
  const { topics } = await fetchJson("/api/v1/topics");
  const colours = new Map(), notes = new Map();
  for (const topic of topics) {
    const { word, sentence } = topic.quality;
    colours.set(topic.id, diverging(QUALITY[word] ?? 0));
    if (sentence) notes.set(topic.id, say(sentence));
  }
  return { colours, notes, legend: Object.entries(QUALITY).map(([word, value]) => [diverging(value), WORDS[word]]) };
}

// A review: which topics hold what is kept, which were read in vain, and which nobody has looked at.
async function byReview(id) {
  const { topics, kept } = await (await fetchReview(id)).json();
  const most = Math.max(1e-9, ...topics.map((topic) => topic.kept / Math.max(1, topic.read)));
  const colours = new Map(), notes = new Map();
  for (const { id: topic, papers, read, kept: found } of topics) {
    colours.set(topic, diverging(read ? (found ? 0.35 + (0.65 * found) / read / most : 0) : -1));
    notes.set(topic, say("in the review: {papers}, read: {read}, kept: {kept}", { papers, read, kept: found }));
  }
  const legend = [
    [diverging(1), say("many of those read are kept")], [diverging(0), say("read, none kept")], [diverging(-1), say("nobody has looked")],
    ["var(--map-base)", say("none of the review's papers")],
  ];
  return { colours, notes, legend, papers: kept, exact: true };
}

// Not kept: a review changes with every decision.
async function fetchReview(id) {
  const answer = await fetch(addressOf(`/api/v1/reviews/${encodeURIComponent(id)}/map`));
  return answer.ok ? answer : Promise.reject(answer.status);
}

export function overlay(name, tops) {
  if (name.startsWith("review:")) return byReview(name.slice(7));
  if (name === "collection") return byCollection();
  if (name.startsWith("own:")) return byOwn(name.slice(4));
  return name === "growth" ? byGrowth(tops) : byQuality();
}
