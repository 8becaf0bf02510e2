import { move, openMove } from "./board.js";

// Single keys, off while typing, in a dialog, or when the person switched them off (WCAG 2.1.4).
const places = { d: "/", l: "/leads", p: "/board", k: "/calendar", a: "/approvals", c: "/contracts", o: "/overdue", r: "/rules" };
const off = "ltc-keys-off";

export function keys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const box = document.getElementById("keys-off");
  box.checked = localStorage.getItem(off) === "1";
  box.addEventListener("change", () => localStorage.setItem(off, box.checked ? "1" : "0"));
  let went = 0;
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox]),textarea,select,[contenteditable]");
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && !dialog.open) { // what is being filled in, else what the page is for
      (typing?.form ?? document.querySelector("[data-go]")?.form)?.requestSubmit();
      return;
    }
    if (e.key === "Escape" && typing) { typing.blur(); return; }
    if (typing || e.ctrlKey || e.metaKey || e.altKey || dialog.open) return;
    if (e.key === "?") { dialog.showModal(); return; }
    if (box.checked) return;
    const key = e.key.toLowerCase();
    if (Date.now() - went < 1200 && places[key]) { location.href = places[key]; return; }
    if (key === "g") { went = Date.now(); return; }
    if (key === "j" || key === "k") { step(key === "j" ? 1 : -1); e.preventDefault(); return; }
    if (key === "/" && !document.querySelector("[data-key='/']")) { document.querySelector("[data-find]")?.click(); e.preventDefault(); return; }
    if ((e.key === "ArrowRight" || e.key === "ArrowLeft") && slide(e.key === "ArrowRight" ? 1 : -1)) { e.preventDefault(); return; }
    press(key, e);
  });
}

// slide takes the card with the focus to the next open stage, or back to the one before.
function slide(by) {
  const card = document.activeElement.closest(".card[draggable]");
  const columns = [...document.querySelectorAll("[data-board] [data-stage]")];
  const to = columns[columns.findIndex((c) => c.contains(card)) + by];
  if (!card || !to || !card.closest("[data-targets]").dataset.targets.split(" ").includes(to.dataset.stage)) return false;
  move(card, to);
  return true;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-list] > *")].filter((r) => r.querySelector("a"));
  if (!rows.length) return;
  const now = rows.findIndex((r) => r.classList.contains("cursor") || r.contains(document.activeElement));
  const to = rows[Math.min(rows.length - 1, Math.max(0, now + by))];
  rows.forEach((r) => r.classList.toggle("cursor", r === to));
  to.querySelector("a").focus();
}

function press(key, e) {
  const at = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (at) {
    e.preventDefault();
    if (key === "i") { at.form.querySelector("select").focus(); return; }
    if (key === "r") { at.form.querySelector("input:not([type=hidden])").focus(); return; }
    if (at.matches("input,select")) at.focus(); else if (key === "a" || key === "m") at.focus(); else at.click();
    return;
  }
  if (key === "l") {
    const log = document.activeElement.closest("[data-list] > *")?.querySelector("[data-log]");
    if (log) { e.preventDefault(); log.click(); }
    return;
  }
  if (key === "t") {
    const release = document.activeElement.closest("[data-list] > *")?.querySelector("[data-release]");
    if (release) { e.preventDefault(); release.click(); }
    return;
  }
  if (key === "m") {
    const card = document.activeElement.closest(".card[draggable]");
    if (card) { e.preventDefault(); openMove(card); }
  }
}
