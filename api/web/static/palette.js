// The palette takes its rows from the search page, so both find the same.
export function palette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input"), list = document.getElementById("palette-list"), status = document.getElementById("palette-status");
  let wait = 0, asked = 0, shown = null;

  const open = () => {
    if (document.querySelector("dialog[open]")) return;
    dialog.showModal();
    input.select();
    shown = null;
    look();
  };
  const mark = (row) => {
    list.querySelectorAll("[aria-selected=true]").forEach((r) => r.setAttribute("aria-selected", "false"));
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) input.setAttribute("aria-activedescendant", row.id); else input.removeAttribute("aria-activedescendant");
  };
  const look = async () => {
    const mine = ++asked, text = input.value;
    clearTimeout(wait);
    const answer = await fetch("/search?" + new URLSearchParams({ q: text }), { headers: { Accept: "text/html" } }).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const groups = [...page.querySelectorAll("#found section")];
    let n = 0;
    list.replaceChildren(...groups.map((section) => {
      const group = document.createElement("div"), title = document.createElement("div");
      title.className = "group";
      title.textContent = section.querySelector("h2").textContent;
      title.setAttribute("role", "presentation");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title.textContent);
      group.append(title, ...[...section.querySelectorAll("li")].map((li) => {
        const row = document.importNode(li.querySelector("a"), true);
        row.id = "palette-" + n++;
        row.tabIndex = -1;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        if (li.querySelector(".n")) row.append(document.importNode(li.querySelector(".n"), true));
        return row;
      }));
      return group;
    }));
    status.textContent = n ? "" : page.querySelector("#found")?.textContent.trim() ?? "";
    mark(list.querySelector("[role=option]"));
    shown = text;
  };
  // Who presses Enter means what he typed, not the rows of the letters before.
  const go = async () => {
    if (shown !== input.value) await look();
    const row = shown === input.value && list.querySelector("[aria-selected=true]");
    if (row) { dialog.close(); row.click(); } else if (dialog.open) location.href = "/search?" + new URLSearchParams({ q: input.value });
  };

  document.querySelectorAll("[data-find]").forEach((link) => link.addEventListener("click", (e) => { e.preventDefault(); open(); }));
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k") { e.preventDefault(); open(); }
  });
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 120); });
  input.addEventListener("keydown", (e) => {
    const rows = [...list.querySelectorAll("[role=option]")];
    const at = rows.findIndex((r) => r.getAttribute("aria-selected") === "true");
    if (e.key === "Escape") { e.stopPropagation(); e.preventDefault(); dialog.close(); }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); mark(rows[(at + (e.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length]); }
  });
  input.form.addEventListener("submit", (e) => { e.preventDefault(); go(); });
  dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
}
