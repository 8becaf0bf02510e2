// Adds to pages that work without it: focus where something is wrong, keys, drag on the board.
import { board } from "./board.js";
import { feed } from "./feed.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { palette } from "./palette.js";
import { rules } from "./rules.js";
import { sheet } from "./sheet.js";
import { totals } from "./totals.js";

// The list of what is wrong names the fields.
for (const link of document.querySelectorAll(".summary a[href^='#']")) {
  const label = document.getElementById(link.hash.slice(1))?.labels?.[0]?.cloneNode(true);
  label?.querySelectorAll(".opt").forEach((o) => o.remove());
  if (label) link.textContent = `${label.textContent.trim()}: ${link.textContent}`;
}

// On a phone the places scroll; the one that is open shall be in view.
for (const here of document.querySelectorAll("nav [aria-current=page]")) {
  const bar = here.closest("nav");
  if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - bar.offsetLeft - bar.clientWidth / 3;
}

document.querySelector("[data-focus]")?.focus();

for (const link of document.querySelectorAll("[data-open]")) {
  link.addEventListener("click", (e) => {
    const first = document.getElementById(link.dataset.open)?.querySelector("input:not([type=hidden]),select,textarea");
    if (!first) return;
    e.preventDefault();
    first.scrollIntoView({ block: "center" });
    first.focus();
  });
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  let dirty = false;
  const warn = (e) => { if (dirty) e.preventDefault(); };
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", warn);
}

// One form is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (e) => {
  if (e.target.dataset.sent) { e.preventDefault(); return; }
  e.target.dataset.sent = "1";
  setTimeout(() => delete e.target.dataset.sent, 4000);
});

// What is under way is looked at again until it is over; then the page says how it went. Somebody who leaves meanwhile is not brought back by it.
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
for (const panel of document.querySelectorAll("[data-follow]")) {
  const look = async () => {
    const answer = await fetch(panel.dataset.follow, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-follow]");
      if (!now) { if (!leaving) location.reload(); return; }
      for (const part of [".figures", ".field"]) panel.querySelector(part)?.replaceWith(now.querySelector(part));
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}

board();
feed();
keys();
live();
palette();
rules();
sheet();
totals();
