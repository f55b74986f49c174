// The tree twin by arrow keys: right opens, left closes, up and down walk over what is open.

export function walkTrees(root, map) {
  for (const tree of root.querySelectorAll("[data-tree]")) {
    tree.addEventListener("keydown", (event) => {
      const here = event.target.closest("summary, .leaf, .about");
      if (here && press(tree, here, event.key)) event.preventDefault();
    });
    const mark = (event) => {
      const id = event.target.closest("li[data-id]")?.dataset.id;
      if (map && id && map.cells.has(id)) map.mark([id]);
    };
    tree.addEventListener("mouseover", mark);
    tree.addEventListener("focusin", mark);
    tree.addEventListener("mouseleave", () => map?.mark([]));
  }
}

function press(tree, here, key) {
  const shown = [...tree.querySelectorAll("summary, .leaf, .about")].filter((item) => item.offsetParent !== null);
  const at = shown.indexOf(here);
  const details = here.matches("summary") ? here.parentElement : null;
  if (key === "ArrowDown") shown[at + 1]?.focus();
  else if (key === "ArrowUp") shown[at - 1]?.focus();
  else if (key === "ArrowRight" && details) details.open ? shown[at + 1]?.focus() : (details.open = true);
  else if (key === "ArrowLeft") {
    if (details?.open) details.open = false;
    else here.parentElement.closest("li")?.parentElement.closest("li")?.querySelector("summary")?.focus();
  } else return false;
  return true;
}
