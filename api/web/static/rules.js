// The workbench: rows that offer what fits their field, and a text that is checked and completed while it is typed.

export function rules() {
  for (const row of document.querySelectorAll(".rule-row")) fit(row);
  for (const text of document.querySelectorAll("textarea[data-check]")) { check(text); complete(text); place(text); }
  document.addEventListener("click", jump);
  document.addEventListener("keydown", chord);
}

// A row offers the operators of its field's type; the value goes away where the operator says it all.
function fit(row) {
  const field = row.querySelector("[data-field]"), op = row.querySelector("[data-op]"), value = row.querySelector("[data-value]");
  const all = [...op.options];
  const look = () => {
    const type = field.selectedOptions[0]?.dataset.type ?? "";
    const fits = all.filter((o) => type && o.dataset.types.split(" ").includes(type));
    const kept = op.value;
    op.replaceChildren(...(fits.length ? fits : all));
    op.value = fits.some((o) => o.value === kept) ? kept : op.options[0].value;
    const bare = ["filled", "empty", "is true", "is false"].includes(op.value);
    value.closest(".field").hidden = !type || bare;
    op.closest(".field").hidden = !type;
    value.type = type === "date" && /^(\d{4}-|$)/.test(value.value) ? "date" : "text";
    value.inputMode = ["money", "number", "percent"].includes(type) ? "decimal" : "text";
  };
  field.addEventListener("change", look);
  op.addEventListener("change", look);
  look();
}

// What is typed is checked after a short pause; an answer that comes late for an older text is dropped.
function check(text) {
  let wait = 0, asked = 0;
  text.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(text.dataset.check, { method: "POST", body: new URLSearchParams({ source: text.value }) }).catch(() => null);
      if (!answer?.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("findings");
      if (found) document.getElementById("findings")?.replaceWith(found);
      text.dispatchEvent(new Event("checked"));
      text.toggleAttribute("aria-invalid", false);
      if (found?.querySelector("[data-line]") && found.querySelector(".chip.bad")) text.setAttribute("aria-invalid", "true");
    }, 400);
  });
}

// Where the cursor stands, and what is wrong in that line.
function place(text) {
  const line = text.closest("form").querySelector("[data-place]");
  const [where, wrong] = line.children;
  const look = () => {
    const before = text.value.slice(0, text.selectionStart).split("\n");
    const here = before.length, column = [...before.at(-1)].length + 1;
    where.textContent = line.dataset.place.replace("%line", here).replace("%column", column);
    const found = [...document.querySelectorAll(`#findings .part a[data-line="${here}"]`)].map((a) => a.parentElement.lastElementChild.textContent.trim());
    const says = found.join(" ");
    if (wrong.textContent !== says) wrong.textContent = says;
  };
  for (const event of ["keyup", "click", "focus", "input", "checked"]) text.addEventListener(event, look);
  line.hidden = false;
  look();
}

// A place in the findings leads into the text beside it.
function jump(e) {
  const link = e.target.closest?.("a[data-line]"), text = document.querySelector("textarea[data-check]");
  if (!link || !text) return;
  e.preventDefault();
  const lines = text.value.split("\n"), n = Math.min(Number(link.dataset.line), lines.length) - 1;
  const start = lines.slice(0, n).reduce((sum, l) => sum + l.length + 1, 0);
  const at = start + Math.max(0, Number(link.dataset.column) - 1);
  text.focus();
  text.setSelectionRange(at, start + lines[n].length);
  text.scrollTop = Math.max(0, n - 4) * parseFloat(getComputedStyle(text).lineHeight);
}

// Fields and functions are offered for the word under way.
function complete(text) {
  const words = [...document.querySelectorAll(`#${text.dataset.words} [data-word]`)].map((w) => [w.dataset.word, w.dataset.means]);
  const list = document.createElement("ul");
  list.className = "suggest"; list.id = "suggestions"; list.hidden = true;
  list.setAttribute("role", "listbox"); list.setAttribute("aria-label", document.getElementById("fields")?.textContent ?? "");
  text.after(list);
  text.setAttribute("aria-autocomplete", "list"); text.setAttribute("aria-controls", list.id);
  let here = 0;
  const word = () => /[a-z_][a-z_.]*$/i.exec(text.value.slice(0, text.selectionStart))?.[0] ?? "";
  const close = () => { list.hidden = true; list.replaceChildren(); text.removeAttribute("aria-activedescendant"); };
  const mark = (i) => {
    here = (i + list.children.length) % list.children.length;
    [...list.children].forEach((o, n) => o.setAttribute("aria-selected", n === here));
    list.children[here].scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", list.children[here].id);
  };
  const take = (o) => {
    const typed = word(), end = text.selectionStart;
    text.setRangeText(o.dataset.word, end - typed.length, end, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const open = (asked) => {
    const typed = word().toLowerCase();
    if (typed.length < 2 && !asked) { close(); return; }
    const fit = words.filter(([w]) => w.toLowerCase() !== typed && (w.toLowerCase().startsWith(typed) || (typed.length > 2 && w.toLowerCase().includes(typed)))).slice(0, 12);
    if (!fit.length) { close(); return; }
    list.replaceChildren(...fit.map(([w, means], i) => {
      const o = document.createElement("li");
      o.id = `suggestion-${i}`; o.dataset.word = w; o.setAttribute("role", "option");
      const name = document.createElement("code"), says = document.createElement("span");
      name.textContent = w; says.textContent = means; says.className = "sm";
      o.append(name, says);
      o.addEventListener("mousedown", (e) => { e.preventDefault(); take(o); });
      return o;
    }));
    list.hidden = false;
    mark(0);
  };
  text.addEventListener("input", (e) => { if (e.isTrusted) open(false); });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (e) => {
    if (e.ctrlKey && e.key === " ") { e.preventDefault(); open(true); return; }
    if (list.hidden) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); mark(here + (e.key === "ArrowDown" ? 1 : -1)); }
    if (e.key === "Enter" || e.key === "Tab") { e.preventDefault(); take(list.children[here]); }
    if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); close(); }
  });
}

// Ctrl+S saves what is being edited, else it tries; Ctrl+Shift+S goes on to activate.
function chord(e) {
  if (!(e.ctrlKey || e.metaKey) || e.altKey || e.key.toLowerCase() !== "s") return;
  const form = document.activeElement?.closest("form[data-guard]");
  if (form && !e.shiftKey) { e.preventDefault(); form.requestSubmit(); return; }
  const at = document.querySelector(`[data-chord="${e.shiftKey ? "S" : "s"}"]`);
  if (!at) return;
  e.preventDefault();
  at.click();
}
