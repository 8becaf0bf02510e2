// Finds what a person or a screen reader finds: by role and name, inside the parts that are named first.
(path) => {
  const squeeze = (s) => (s ?? "").replace(/\s+/g, " ").trim();
  const kinds = {
    button: "button,[role=button]", toggle: "summary", link: "a[href]", field: "input:not([type=hidden]),select,textarea", heading: "h1,h2,h3",
    region: "section,form,article,aside,nav,dialog,[role=group],[role=region],[role=search]", row: "tr,li", status: "[role=status],[role=alert]",
  };
  const own = (e) => {
    const by = e.getAttribute("aria-labelledby");
    if (by) return squeeze(by.split(" ").map((id) => document.getElementById(id)?.textContent).join(" "));
    if (e.getAttribute("aria-label")) return squeeze(e.getAttribute("aria-label"));
    return null;
  };
  const name = (role, e) => {
    if (own(e) !== null) return own(e);
    if (role === "field") return squeeze(e.labels?.[0]?.textContent);
    if (role === "region") return "";
    return squeeze(e.textContent);
  };
  let at = document;
  for (const [role, want] of path) {
    const seen = [...at.querySelectorAll(kinds[role])].filter((e) => e.checkVisibility());
    const by = role === "row" ? (n) => n.includes(want) : (n) => n === want || n.startsWith(want);
    const found = seen.filter((e) => by(role === "row" ? squeeze(e.textContent) : name(role, e)));
    at = found.find((e) => name(role, e) === want) ?? (role === "row" ? found.at(-1) : found[0]);
    if (!at) return null;
  }
  return at;
}
