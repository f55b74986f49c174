// Screening by keys: each button that has one says so by data-key. A page that is left is not decided twice.

export function screenByKeys() {
  const form = document.querySelector("[data-screening]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const button = [...document.querySelectorAll("button[data-key]")].find((other) => other.dataset.key === key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  form?.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
