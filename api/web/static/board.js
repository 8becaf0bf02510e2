// Drag on the board. A refused card goes back and the server's panel opens beside it; without script the Move button does the same.
export function board() {
  const root = document.querySelector("[data-board]");
  if (!root) return;
  let card = null;
  root.addEventListener("dragstart", (e) => {
    card = e.target.closest("[draggable=true]");
    if (!card) return;
    card.classList.add("ghost");
    e.dataTransfer.setData("text/plain", card.dataset.id);
    e.dataTransfer.effectAllowed = "move";
  });
  root.addEventListener("dragend", () => {
    card?.classList.remove("ghost");
    root.querySelectorAll(".drop").forEach((c) => c.classList.remove("drop"));
  });
  root.addEventListener("dragover", (e) => {
    const column = e.target.closest("[data-stage]");
    if (!card || !column || column.contains(card)) return;
    e.preventDefault();
    root.querySelectorAll(".drop").forEach((c) => c !== column && c.classList.remove("drop"));
    column.classList.add("drop");
  });
  root.addEventListener("drop", async (e) => {
    const column = e.target.closest("[data-stage]");
    if (!card || !column || column.contains(card) || card.dataset.moving) return;
    e.preventDefault();
    column.classList.remove("drop");
    await move(card, column);
  });
}

async function move(card, column) {
  const home = card.parentElement, next = card.nextElementSibling;
  document.getElementById("refusal")?.closest("li")?.remove();
  document.querySelectorAll(".flash,.summary").forEach((old) => old.remove());
  card.dataset.moving = "1";
  column.querySelector(".cards").prepend(card);
  const form = card.querySelector("form");
  const body = new URLSearchParams(new FormData(form));
  body.set("to", column.dataset.stage);
  const back = () => home.insertBefore(card, next);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; }
    back();
    show(card, await answer.text());
  } catch {
    back();
  } finally {
    delete card.dataset.moving;
  }
}

function show(card, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const panel = parsed.getElementById("refusal");
  if (!panel) return tell(parsed.querySelector(".summary"));
  const item = document.createElement("li");
  item.append(document.adoptNode(panel));
  card.after(item);
  const title = item.querySelector("[data-focus]");
  title?.focus();
  const live = document.getElementById("live");
  if (live && title) live.textContent = title.textContent;
}

// tell shows what the server says of a move that it did not take for another reason than a gate.
function tell(summary) {
  if (!summary) { location.reload(); return; }
  document.querySelector("[data-board]").before(document.adoptNode(summary));
  summary.focus();
}
