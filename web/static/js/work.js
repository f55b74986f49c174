// Uploads, jobs and small buttons.
import { addressOf } from "./address.js";
import { say } from "./say.js";

export function copyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = say("Copied");
      setTimeout(() => { button.textContent = say("Copy"); }, 1500);
    });
  }
}

// A citation is fetched when it is opened for the first time.
export function citations() {
  for (const text of document.querySelectorAll("[data-cite]:empty")) {
    text.closest("details").addEventListener("toggle", async () => {
      if (text.textContent) return;
      const answer = await fetch(text.dataset.cite);
      text.textContent = answer.ok ? await answer.text() : say("It is not available now; try the download.");
    }, { once: true });
  }
}

export function uploads() {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
  }
  for (const form of document.querySelectorAll("[data-upload]")) form.addEventListener("submit", (event) => { event.preventDefault(); send(form, event.submitter); });
}

// The same form, sent with a bar that says how far it is.
function send(form, pressed) {
  const button = pressed ?? form.querySelector("button:not([type=button])");
  form.querySelector(".sending")?.remove();
  const status = document.createElement("p");
  status.className = "sending";
  const bar = document.createElement("progress"), text = document.createElement("span");
  bar.max = 1;
  bar.setAttribute("aria-label", say("Upload"));
  text.setAttribute("role", "status");
  text.textContent = say("Sending…");
  status.append(bar, text);
  form.append(status);
  button.disabled = true;
  const fail = (message) => { bar.remove(); text.setAttribute("role", "alert"); text.textContent = message; button.disabled = false; };
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
  request.addEventListener("load", () => {
    if (request.status < 400) { location.href = request.responseURL; return; }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const words = [...page.querySelectorAll("main .lead, main .lead + p")].map((part) => part.textContent.trim());
    fail(words.join(" ") || say("The server did not accept the file."));
  });
  request.addEventListener("error", () => fail(say("The connection broke before the file was sent. Nothing was saved; send it again.")));
  request.open("POST", button.hasAttribute("formaction") ? button.formAction : form.action);
  request.send(new FormData(form));
}

const FINISHED = ["done", "failed", "cancelled"];
const STATES = {
  queued: say("queued"), running: say("running"), done: say("done"), failed: say("failed"), cancelled: say("cancelled"),
};

export function followJob(section) {
  const id = encodeURIComponent(section.dataset.job);
  const part = (name) => section.querySelector(`[data-job-${name}]`);
  const show = (job) => {
    part("progress").value = job.progress;
    part("message").textContent = job.message;
    part("state").textContent = job.stopping ? say("stopping…") : STATES[job.state] ?? job.state;
    part("state").className = `state ${job.state}`;
    if (FINISHED.includes(job.state)) location.reload();
  };
  const poll = async () => {
    try { show(await (await fetch(addressOf(`/api/v1/jobs/${id}`))).json()); } catch { /* The server is away for a moment. */ }
    setTimeout(poll, 1000);
  };
  const source = new EventSource(addressOf(`/api/v1/jobs/${id}/events`));
  source.addEventListener("job", (event) => show(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) poll();
  });
}

// Several jobs: the page itself is asked again, one request for all of them, and what changed in its table is shown.
export function followJobs() {
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!page.querySelector("[data-job]")) { location.reload(); return; }
        for (const row of page.querySelectorAll("tr[id]")) renew(document.getElementById(row.id), row);
      }
    } catch { /* The server is away for a moment. */ }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}

function renew(row, newer) {
  [...newer.cells].forEach((cell, at) => {
    const old = row?.cells[at];
    if (old && old.innerHTML !== cell.innerHTML && !old.contains(document.activeElement)) old.replaceWith(cell.cloneNode(true));
  });
}
