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
  root.addEventListener("click", (e) => {
    const link = e.target.closest("[data-move]");
    if (!link || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    openMove(link.closest(".card"));
  });
  root.addEventListener("drop", async (e) => {
    const column = e.target.closest("[data-stage]");
    if (!card || !column || column.contains(card) || card.dataset.moving) return;
    e.preventDefault();
    column.classList.remove("drop");
    await move(card, column);
  });
}

// openMove puts the form into a card that a person moves without dragging, with the stages that it may go to; a second time takes it away.
export function openMove(card) {
  const open = card.querySelector("form.move");
  if (open) { open.remove(); card.querySelector("[data-move]").focus(); return; }
  document.querySelector(".card form.move")?.remove();
  const form = document.getElementById("move-form").content.firstElementChild.cloneNode(true);
  const may = card.closest("[data-targets]").dataset.targets.split(" ").filter(Boolean);
  for (const o of [...form.querySelectorAll("option")]) if (!may.includes(o.value)) o.remove();
  const known = [...form.querySelectorAll("option")].map((o) => o.value);
  for (const key of may) if (!known.includes(key)) form.querySelector("select").append(new Option(key, key));
  form.action = `/opportunities/${card.dataset.id}/move`;
  form.elements.command.value = newId();
  card.append(form);
  form.querySelector("select").focus();
}

// newId is an id; crypto.randomUUID is there on safe origins only.
function newId() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + x.toString(16).padStart(2, "0")).join("");
}

// move takes a card to a column; it goes back, with the panel beside it, when the server says no.
export async function move(card, column) {
  if (card.dataset.moving) return;
  const home = card.parentElement, next = card.nextElementSibling;
  document.getElementById("refusal")?.closest("li")?.remove();
  document.querySelectorAll(".flash,.summary").forEach((old) => old.remove());
  card.dataset.moving = "1";
  column.querySelector(".cards").prepend(card);
  const body = new URLSearchParams({ command: newId(), back: "board", pipeline: column.closest("[data-board]").dataset.board, to: column.dataset.stage });
  const back = () => home.insertBefore(card, next);
  try {
    const answer = await fetch(`/opportunities/${card.dataset.id}/move`, { method: "POST", body, headers: { "X-Fragment": "1" }, redirect: "manual" });
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
