// The map of knowledge: the server's drawing made to zoom, to be walked by keys, and to answer to the results.
import { controls } from "./controls.js";
import { writeCrumbs } from "./crumbs.js";
import { bounds, centroid, parsePoints } from "./geometry.js";
import { read, written } from "./hash.js";
import { LINE, layout } from "./labels.js";
import { colourBy, writeKey } from "./legend.js";
import { markPaper, showPapers, writeTitles } from "./papers.js";
import { make } from "./svg.js";
import { ALL, fit, glide } from "./view.js";
import { say } from "../say.js";

const WIDTH = 1600, HEIGHT = 1000;
const number = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: true });

export class AtlasMap extends EventTarget {
  constructor(section) {
    super();
    this.section = section;
    this.window = section.querySelector("[data-view]");
    this.drawing = section.querySelector(".map-drawing");
    this.group = this.drawing.querySelector(".cells");
    this.note = section.querySelector("[data-note]");
    this.crumbs = section.querySelector(".crumbs ol");
    this.open = section.querySelector("[data-open]");
    this.legend = section.querySelector("[data-legend]");
    this.view = ALL;
    this.focus = null;
    this.cursor = null;
    this.walking = false;
    this.colour = "";
    this.overlay = null;
    this.hot = new Set();
    this.points = [];
    this.kept = null; // papers that an overlay shows as points
    this.notes = new Map();
    this.counts = new Map();
    this.stop = () => {};
    this.read();
    this.prepare();
    controls(this);
    this.resize();
    new ResizeObserver(() => this.resize()).observe(this.window);
    this.restore();
  }

  read() {
    this.cells = new Map();
    for (const element of this.drawing.querySelectorAll(".cell")) {
      const { id, level, parent, label, documents } = element.dataset;
      const points = parsePoints(element.getAttribute("points"), WIDTH, HEIGHT);
      this.cells.set(id, {
        id, element, label, points, level: Number(level), parent: parent || null, documents: Number(documents),
        box: bounds(points), centre: centroid(points), children: [],
      });
    }
    this.tops = [];
    for (const cell of this.cells.values()) (this.cells.get(cell.parent)?.children ?? this.tops).push(cell);
    this.last = Math.max(0, ...[...this.cells.values()].map((cell) => cell.level));
  }

  prepare() {
    this.drawing.querySelector(".still-labels")?.remove();
    this.labels = make("svg", { class: "map-labels", "aria-hidden": "true", focusable: "false" });
    this.shapeLayer = make("g", {}, this.labels);
    this.textLayer = make("g", {}, this.labels);
    this.pointLayer = make("g", {}, this.labels); // above the names, which keep away from it where they can
    this.window.append(this.labels);
    this.window.tabIndex = 0;
    this.window.setAttribute("role", "application");
    this.window.setAttribute("aria-roledescription", say("map of topics"));
    const keys = say("Arrow keys move, Enter goes in, Escape goes out.");
    this.window.setAttribute("aria-label", `${this.section.getAttribute("aria-label")}. ${keys}`);
    this.section.querySelector(".atlas-tools").hidden = false;
    this.family = getComputedStyle(document.body).fontFamily;
  }

  resize() {
    const { clientWidth, clientHeight } = this.window;
    if (!clientWidth || (clientWidth === this.width && clientHeight === this.height)) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.draw(this.view);
    this.settle();
  }

  // Unit square to pixels, as shown now.
  toPixels([x, y]) {
    const { view } = this;
    return [((x - view.x) * view.k + 0.5) * this.width, ((y - view.y) * view.k + 0.5) * this.height];
  }

  draw(view) {
    this.view = view;
    const { x, y, k } = view;
    this.group.setAttribute("transform", `translate(${(0.5 - x * k) * WIDTH} ${(0.5 - y * k) * HEIGHT}) scale(${k})`);
    for (const { element, at } of this.placed ?? []) {
      const [px, py] = this.toPixels(at);
      element.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    }
    for (const point of this.points) {
      const [px, py] = this.toPixels(point.at);
      point.element.setAttribute("cx", px.toFixed(1));
      point.element.setAttribute("cy", py.toFixed(1));
    }
    this.drawShapes();
  }

  drawShapes() {
    this.shapeLayer.replaceChildren();
    const outline = (cell, kind) => {
      const points = cell.points.map((point) => this.toPixels(point).map((value) => value.toFixed(1)).join(",")).join(" ");
      make("polygon", { points, class: kind }, this.shapeLayer);
    };
    for (const id of this.hot) if (this.cells.has(id)) outline(this.cells.get(id), "hot-shape");
    if (this.cursor && this.walking && document.activeElement === this.window) outline(this.cursor, "cursor");
  }

  // What lies outside the topic in focus steps back.
  dim() {
    this.drawing.classList.toggle("focused", Boolean(this.focus));
    for (const cell of this.cells.values()) cell.element.classList.toggle("away", Boolean(this.focus) && !this.isWithin(cell, this.focus));
  }

  // After a movement: new labels, crumbs, and whether a finger on the map moves it or the page.
  settle() {
    this.window.style.setProperty("touch-action", this.view.k > 1.02 ? "none" : "pan-y");
    this.label();
    this.dispatchEvent(new Event("settle"));
  }

  label() {
    const level = this.focus ? this.focus.level : -1;
    const entries = [];
    for (const cell of this.cells.values()) {
      const depth = cell.level - level - 1;
      const leaf = this.focus && this.focus.level === this.last && cell === this.focus;
      if (!leaf && (depth < 0 || depth > 2)) continue;
      const points = cell.points.map((point) => this.toPixels(point));
      const centre = this.toPixels(cell.centre);
      const { width, height } = this;
      if (centre[0] < 0 || centre[1] < 0 || centre[0] > width || centre[1] > height) continue;
      const own = !this.focus || this.isWithin(cell, this.focus);
      if (!own && depth > 0) continue;
      entries.push({ cell, depth: leaf ? 0 : own ? depth : 1, points, centre, own });
    }
    entries.sort((a, b) => b.own - a.own || b.cell.documents - a.cell.documents);
    const found = layout(entries, this.family, this, this.points.map((point) => this.toPixels(point.at)));
    this.textLayer.replaceChildren();
    this.placed = found.map((label) => this.write(label));
    if (this.focus?.level === this.last && this.last >= 0) writeTitles(this, found.map((label) => label.box));
  }

  write({ cell, depth, texts, size, x, y }) {
    const text = make("text", { class: `d${depth}`, "data-id": cell.id, "font-size": size, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, this.textLayer);
    texts.forEach((line, i) => {
      make("tspan", { x: 0, y: ((i - (texts.length - 1) / 2) * size * LINE).toFixed(1) }, text).textContent = line;
    });
    const { view } = this;
    text.classList.toggle("faint", this.isFaint(cell));
    return { element: text, cell, at: [(x / this.width - 0.5) / view.k + view.x, (y / this.height - 0.5) / view.k + view.y] };
  }

  isFaint(cell) {
    return Boolean(this.focus && !this.isWithin(cell, this.focus)) || (this.lit && this.brightness(cell) < 2);
  }

  brightness(cell) {
    const found = /(?:^|\s)b(\d+)/.exec(cell.element.getAttribute("class"));
    return found ? Number(found[1]) : 0;
  }

  get lit() { return this.drawing.classList.contains("lit"); }

  // Brightness taken from another drawing of the same map, as a new search brings it.
  lightAs(drawing) {
    this.drawing.classList.toggle("lit", drawing.classList.contains("lit"));
    const classes = new Map([...drawing.querySelectorAll(".cell")].map((cell) => [cell.dataset.id, cell.getAttribute("class")]));
    for (const cell of this.cells.values()) if (classes.has(cell.id)) cell.element.setAttribute("class", classes.get(cell.id));
    this.dim();
    for (const { element, cell } of this.placed ?? []) if (cell) element.classList.toggle("faint", this.isFaint(cell));
  }

  isWithin(cell, ancestor) {
    for (let at = cell; at; at = this.cells.get(at.parent)) if (at === ancestor) return true;
    return false;
  }

  path(cell) {
    const found = [];
    for (let at = cell; at; at = this.cells.get(at.parent)) found.unshift(at);
    return found;
  }

  // The cell to act on under a leaf: one level below the one in focus.
  target(leafId) {
    const path = this.path(this.cells.get(leafId));
    const level = this.focus ? Math.min(this.focus.level + 1, this.last) : 0;
    const shared = this.focus ? path.includes(this.focus) : true;
    return shared ? path[Math.min(level, path.length - 1)] : path[Math.min(this.focus.level, path.length - 1)];
  }

  moveTo(view, { smooth = true } = {}) {
    this.stop();
    if (!smooth) { this.draw(view); this.settle(); return; }
    this.stop = glide(this.view, view, (at) => this.draw(at), () => this.settle());
  }

  go(cell, { smooth = true, remember = true } = {}) {
    this.focus = cell;
    this.cursor = cell?.children[0] ?? cell;
    writeCrumbs(this);
    this.dim();
    this.moveTo(cell ? fit(cell.box) : ALL, { smooth });
    if (remember) history.pushState({ ...history.state, map: cell?.id ?? null }, "", this.address());
    this.dispatchEvent(new CustomEvent("focus", { detail: cell }));
  }

  out() { this.go(this.focus ? this.cells.get(this.focus.parent) ?? null : null); }

  // What a free zoom has come to: the deepest cell that fills most of the window.
  refocus() {
    let found = null;
    for (const cell of this.cells.values()) {
      const { box } = cell;
      const inside = this.view.x > box.left && this.view.x < box.right && this.view.y > box.top && this.view.y < box.bottom;
      if (inside && this.view.k > 0.62 * fit(box).k && (!found || cell.level > found.level)) found = cell;
    }
    if (found !== this.focus) {
      this.focus = found;
      this.cursor = found?.children[0] ?? found;
      writeCrumbs(this);
      this.dim();
      history.replaceState({ ...history.state, map: found?.id ?? null }, "", this.address());
      this.dispatchEvent(new CustomEvent("focus", { detail: found }));
    }
    this.settle();
  }

  address() { return location.pathname + location.search + written(this); }

  restore() {
    const given = this.section.closest("[data-focus]")?.dataset.focus;
    const asked = read(this);
    const cell = asked?.cell ?? this.cells.get(given);
    if (given && this.cells.has(given)) this.mark([given]);
    const shown = given && cell?.id === given ? this.cells.get(cell.parent) ?? cell : cell;
    if (shown) this.go(shown, { smooth: false, remember: false });
    else writeCrumbs(this);
    this.colourBy(asked?.colour || (this.section.dataset.colour ?? ""), { remember: false });
    addEventListener("popstate", () => {
      const at = read(this);
      if (!at) return;
      if (at.cell !== this.focus) this.go(at.cell, { remember: false });
      if (at.colour !== this.colour) this.colourBy(at.colour, { remember: false });
    });
  }

  say(cell) {
    if (!cell) { this.note.textContent = "\u00a0"; return; }
    const parts = [cell.label, say("papers: {count}", { count: number.format(cell.documents) })];
    if (this.lit) {
      const share = this.brightness(cell);
      parts.push(share > 6 ? say("bright in these results") : share > 2 ? say("present in these results") : share ? say("touched by these results") : say("not in these results"));
    }
    if (this.notes.has(cell.id)) parts.push(this.notes.get(cell.id));
    if (cell.children.length) parts.push(say("parts: {count}", { count: cell.children.length }));
    this.note.textContent = parts.join(" · ");
  }

  mark(ids) {
    this.hot = new Set(ids);
    this.drawShapes();
  }

  showPapers(papers) {
    showPapers(this, papers);
    this.label();
    writeKey(this);
  }

  markPaper(id) { markPaper(this, id); }

  async colourBy(name, { remember = true } = {}) {
    this.colour = name;
    if (remember) history.replaceState(history.state, "", this.address());
    await colourBy(this, name);
  }
}
