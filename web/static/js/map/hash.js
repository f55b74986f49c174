// What the address says of the map after "#": the topic in focus, and after "~" what colours mean ("#t7k2~growth").

export function written(map) {
  const colour = map.colour ? `~${encodeURIComponent(map.colour)}` : "";
  return map.focus || colour ? `#${map.focus?.id ?? ""}${colour}` : "";
}

// The same read; null where the address names a part of the page instead.
export function read(map) {
  const [id, colour = ""] = location.hash.slice(1).split("~").map(decoded);
  if (id && !map.cells.has(id)) return null;
  return { cell: map.cells.get(id) ?? null, colour };
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
