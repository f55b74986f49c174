// Which part of the unit square is shown: a centre and a magnification, with smooth ways between two of them.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
export const ALL = Object.freeze({ x: 0.5, y: 0.5, k: 1 });
const NEAREST = 60;

export function clamp(view) {
  const k = Math.min(Math.max(view.k, 1), NEAREST);
  const half = 0.5 / k;
  const inside = (value) => Math.min(Math.max(value, half), 1 - half);
  return { x: inside(view.x), y: inside(view.y), k };
}

export function fit(box) {
  const k = 0.94 / Math.max(box.right - box.left, box.bottom - box.top);
  return clamp({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k });
}

// Zoom by a factor with the place under (px, py), in parts of the window, staying where it is.
export function zoomAt(view, factor, px, py) {
  const k = Math.min(Math.max(view.k * factor, 1), NEAREST);
  return clamp({
    k,
    x: view.x + (px - 0.5) * (1 / view.k - 1 / k),
    y: view.y + (py - 0.5) * (1 / view.k - 1 / k),
  });
}

export function glide(from, to, draw, done) {
  if (STILL.matches) { draw(to); done(); return () => {}; }
  const time = 280 + 90 * Math.min(3, Math.abs(Math.log(to.k / from.k)));
  const start = performance.now();
  let frame = 0;
  const step = (now) => {
    const t = Math.min(1, (now - start) / time);
    const ease = t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
    const k = Math.exp(Math.log(from.k) + (Math.log(to.k) - Math.log(from.k)) * ease);
    // The centre moves with 1/k, so that the way on the screen is straight.
    const part = Math.abs(1 / to.k - 1 / from.k) < 1e-9 ? ease : (1 / k - 1 / from.k) / (1 / to.k - 1 / from.k);
    draw(clamp({ k, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }));
    if (t < 1) frame = requestAnimationFrame(step);
    else done();
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}
