// Lines as a sheet: arrows and Enter go from cell to cell, a block of a spreadsheet is pasted, Ctrl+R fills to the right where that makes sense, and the server computes while one types.

export function sheet() {
  for (const table of document.querySelectorAll("table[data-sheet]")) {
    table.addEventListener("keydown", move);
    table.addEventListener("keypress", (e) => { if (e.key === "Enter" && e.target.matches("input")) e.preventDefault(); }); // goes down, and never sends: some browsers send a form on this event and not on the key
    table.addEventListener("paste", paste);
    if (table.dataset.live) live(table);
  }
}

const cells = (row) => [...row.querySelectorAll("input:not([type=hidden]):not([type=checkbox])")];
const column = (cell) => cell.name.split(".").at(-1);
const rows = (table) => [...table.tBodies[0].rows];

function move(e) {
  const cell = e.target;
  if (!cell.matches("input:not([type=checkbox])") || e.isComposing) return;
  const row = cell.closest("tr"), all = rows(cell.closest("table")), at = all.indexOf(row);
  if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) {
    const button = row.querySelector(e.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    if (button) { e.preventDefault(); button.click(); }
    return;
  }
  if ((e.ctrlKey || e.metaKey) && e.key === "r" && row.parentElement.parentElement.dataset.sheet === "fill") { e.preventDefault(); fill(row, cell); return; }
  if (e.altKey || e.ctrlKey || e.metaKey) return;
  let next;
  if (e.key === "ArrowUp" || e.key === "Enter" && e.shiftKey) next = beside(all, at, -1, cell);
  else if (e.key === "ArrowDown" || e.key === "Enter") next = beside(all, at, 1, cell);
  else if (e.key === "ArrowLeft" && cell.selectionEnd === 0) next = cells(row)[cells(row).indexOf(cell) - 1];
  else if (e.key === "ArrowRight" && cell.selectionStart === cell.value.length) next = cells(row)[cells(row).indexOf(cell) + 1];
  else return;
  if (next || e.key === "Enter") e.preventDefault();
  next?.focus();
  next?.select();
}

// The figure goes into all cells to its right but the one of the sum.
function fill(row, cell) {
  const line = cells(row);
  for (const c of line.slice(line.indexOf(cell) + 1)) if (column(c) !== "total") c.value = cell.value;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

// The cell of the same column in the next row that has one.
function beside(all, at, step, cell) {
  for (let i = at + step; i >= 0 && i < all.length; i += step) {
    const found = cells(all[i]).find((c) => column(c) === column(cell));
    if (found) return found;
  }
}

// A block fills the cells from here on; rows that are over go to the field for pasted rows.
function paste(e) {
  const cell = e.target, text = e.clipboardData?.getData("text/plain") ?? "";
  if (!cell.matches("input") || !/[\t\n]/.test(text.trimEnd())) return;
  e.preventDefault();
  const block = text.replace(/\r/g, "").trimEnd().split("\n").map((l) => l.split("\t"));
  const table = cell.closest("table");
  let here = cell;
  while (here && block.length) {
    const line = cells(here.closest("tr")), from = line.indexOf(here);
    block.shift().forEach((v, i) => { if (line[from + i]) line[from + i].value = v.trim(); });
    here = beside(rows(table), rows(table).indexOf(here.closest("tr")), 1, here);
  }
  cell.dispatchEvent(new Event("input", { bubbles: true }));
  const rest = document.querySelector("#paste textarea");
  if (block.length && rest) {
    rest.value = block.map((l) => l.join("\t")).join("\n");
    rest.closest("details").open = true;
    rest.focus();
  }
}

// The server says what the form comes to; an answer that comes late for older figures is dropped.
function live(table) {
  const form = table.closest("form");
  let wait = 0, asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(table.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    if (!answer || mine !== asked || ![200, 422].includes(answer.status)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll("[data-part]")) {
      const mineHere = document.getElementById(part.id);
      if (mineHere && (answer.ok || part.id === "sheet-says")) mineHere.innerHTML = part.innerHTML;
    }
    for (const there of page.querySelectorAll("table[data-live] input[name]")) {
      const here = form.elements[there.name];
      if (!here || here.type === "checkbox" || here.type === "hidden") continue;
      there.ariaInvalid === "true" ? here.setAttribute("aria-invalid", "true") : here.removeAttribute("aria-invalid");
      here.title = there.title;
      if (answer.ok && here !== document.activeElement && column(here) === "unit_price") here.value = there.value;
    }
  };
  form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 250); });
}
