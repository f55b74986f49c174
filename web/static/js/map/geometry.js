// Convex polygons in the unit square: the cells of a power diagram are always convex.

export function parsePoints(text, width, height) {
  return text.trim().split(/\s+/).map((pair) => {
    const [x, y] = pair.split(",").map(Number);
    return [x / width, y / height];
  });
}

export function bounds(points) {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

export function centroid(points) {
  let area = 0, x = 0, y = 0;
  points.forEach(([x0, y0], i) => {
    const [x1, y1] = points[(i + 1) % points.length];
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  });
  return area ? [x / (3 * area), y / (3 * area)] : points[0];
}

export function contains(points, x, y) {
  let sign = 0;
  for (let i = 0; i < points.length; i++) {
    const [x0, y0] = points[i];
    const [x1, y1] = points[(i + 1) % points.length];
    const side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
    if (side !== 0) {
      if (sign !== 0 && Math.sign(side) !== sign) return false;
      sign = Math.sign(side);
    }
  }
  return true;
}

// The part of the horizontal line at y that lies inside, or null.
export function chord(points, y) {
  let left = Infinity, right = -Infinity;
  for (let i = 0; i < points.length; i++) {
    const [x0, y0] = points[i];
    const [x1, y1] = points[(i + 1) % points.length];
    if ((y0 <= y && y1 >= y) || (y1 <= y && y0 >= y)) {
      const x = y1 === y0 ? x0 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return right > left ? [left, right] : null;
}

// A place inside that a name always gets again.
export function placeFor(points, name) {
  let seed = 2166136261;
  for (const sign of name) seed = Math.imul(seed ^ sign.codePointAt(0), 16777619);
  const random = () => {
    seed = Math.imul(seed ^ (seed >>> 15), 2246822519);
    seed = Math.imul(seed ^ (seed >>> 13), 3266489917);
    return ((seed ^= seed >>> 16) >>> 0) / 4294967296;
  };
  const box = bounds(points);
  const middle = centroid(points);
  for (let i = 0; i < 24; i++) {
    const x = box.left + random() * (box.right - box.left);
    const y = box.top + random() * (box.bottom - box.top);
    if (contains(points, x, y)) return [middle[0] + (x - middle[0]) * 0.85, middle[1] + (y - middle[1]) * 0.85];
  }
  return middle;
}
