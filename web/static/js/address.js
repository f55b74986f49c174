// Addresses of this atlas, also behind a proxy that serves it below a path: this file's own address tells the path.
const base = new URL(import.meta.url).pathname.replace(/\/static\/.*$/, "");

export function addressOf(path) {
  return base + path;
}
