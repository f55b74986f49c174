// The page's words in the reader's language, which the page brings along; English needs no table.
const table = document.getElementById("words")?.textContent;
const words = table ? JSON.parse(table) : {};

export function say(text, values = {}) {
  return (words[text] || text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
