// Files are dropped on the field that takes them, and names are offered after an @; both pages work without it.
export function feed() {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    for (const kind of ["dragover", "dragenter"]) zone.addEventListener(kind, (e) => { e.preventDefault(); zone.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (e) => {
      e.preventDefault();
      if (!e.dataTransfer?.files.length) return;
      const taken = new DataTransfer();
      for (const f of input.multiple ? e.dataTransfer.files : [e.dataTransfer.files[0]]) taken.items.add(f);
      input.files = taken.files;
      input.focus();
    });
  }
  for (const text of document.querySelectorAll("textarea[data-mention]")) mention(text, document.getElementById(text.dataset.mention));
}

// mention offers the people of a list while a name is typed after an @: arrows choose, Enter or Tab takes, Escape leaves.
function mention(text, people) {
  if (!people) return;
  const all = [...people.options].map((o) => ({ login: o.value, name: o.textContent }));
  const list = document.createElement("ul");
  list.className = "plain suggest";
  list.setAttribute("role", "listbox");
  list.id = `${text.id}-people`;
  list.hidden = true;
  text.after(list);
  text.setAttribute("aria-controls", list.id);
  let chosen = 0;
  const typed = () => /(?:^|\s)(@[\p{L}\p{N}._+-]*)$/u.exec(text.value.slice(0, text.selectionStart))?.[1];
  const close = () => { list.hidden = true; list.replaceChildren(); text.removeAttribute("aria-activedescendant"); };
  const take = (login) => {
    const end = text.selectionStart, begin = end - typed().length;
    text.setRangeText(`${login} `, begin, end, "end");
    close();
    text.focus();
  };
  const mark = () => {
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === chosen)));
    if (list.children[chosen]) text.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  text.addEventListener("input", () => {
    const part = typed()?.slice(1).toLowerCase();
    if (part === undefined) { close(); return; }
    const fit = all.filter((p) => p.login.slice(1).startsWith(part) || p.name.toLowerCase().includes(part)).slice(0, 6);
    list.replaceChildren(...fit.map((p, i) => {
      const li = document.createElement("li");
      li.id = `${list.id}-${i}`;
      li.setAttribute("role", "option");
      li.textContent = `${p.name} ${p.login}`;
      li.addEventListener("mousedown", (e) => { e.preventDefault(); take(p.login); });
      li.dataset.login = p.login;
      return li;
    }));
    chosen = 0;
    list.hidden = fit.length === 0;
    mark();
  });
  text.addEventListener("keydown", (e) => {
    if (list.hidden || !["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(e.key)) return;
    if (e.key === "Escape") { close(); return; }
    e.preventDefault();
    const n = list.children.length;
    if (e.key === "Enter" || e.key === "Tab") { take(list.children[chosen].dataset.login); return; }
    chosen = (chosen + (e.key === "ArrowDown" ? 1 : n - 1)) % n;
    mark();
  });
  text.addEventListener("blur", close);
}
