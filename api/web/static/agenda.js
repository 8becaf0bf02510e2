// Moves on the calendar: by dragging, or by Shift and the arrows. The server says whether a time can be kept; a refusal is shown in place, and
// goes through only when a person confirms it. Without script the engagement's own page does the same.
const root = document.querySelector("[data-agenda]");
const refused = document.getElementById("refused");
const minute = 60000;

// shift moves a local time on the wall; UTC counts here so that no clock change of this machine comes between.
function shift(local, minutes) {
  return new Date(Date.parse(local + ":00Z") + minutes * minute).toISOString().slice(0, 16);
}

async function move(event, start, confirm) {
  if (event.dataset.moving || start === event.dataset.start) return;
  event.dataset.moving = "1";
  event.classList.add("ghost");
  refused.hidden = true;
  try {
    const answer = await fetch(`/api/v1/engagements/${event.dataset.id}`, {
      method: "PATCH", headers: { "Content-Type": "application/merge-patch+json", "If-Match": `"${event.dataset.version}"`, Accept: "application/json" },
      body: JSON.stringify({ start, zone: root.dataset.agenda, ...(confirm ? { confirm: true } : {}) }),
    });
    if (answer.ok) {
      sessionStorage.setItem("moved", event.dataset.id);
      location.reload();
      return;
    }
    show(event, start, answer.status, await answer.json());
  } catch {
    show(event, start, 0, {});
  } finally {
    delete event.dataset.moving;
    event.classList.remove("ghost");
  }
}

// show tells why a move was refused; what can be confirmed has a button.
function show(event, start, status, problem) {
  const lines = (problem.errors ?? []).map((e) => e.detail).filter(Boolean);
  if (status === 412) lines.splice(0, lines.length, refused.dataset.stale);
  if (!lines.length) lines.push(problem.detail || refused.dataset.failed);
  refused.querySelector("ul").replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const anyway = refused.querySelector("[data-anyway]");
  anyway.hidden = problem.code !== "engagement_conflicts";
  anyway.onclick = () => move(event, start, true);
  refused.querySelector("[data-leave]").onclick = () => { refused.hidden = true; event.focus(); };
  refused.hidden = false;
  refused.focus();
}

if (root && refused) {
  let held = null, grip = 0;
  const target = (e) => e.target.closest("[data-date]");
  root.addEventListener("dragstart", (e) => {
    held = e.target.closest(".ev[draggable=true]");
    if (!held) return;
    grip = e.clientY - held.getBoundingClientRect().top;
    e.dataTransfer.setData("text/plain", held.dataset.id);
    e.dataTransfer.effectAllowed = "move";
    held.classList.add("ghost");
  });
  root.addEventListener("dragend", () => {
    held?.classList.remove("ghost");
    root.querySelectorAll(".drop").forEach((d) => d.classList.remove("drop"));
  });
  root.addEventListener("dragover", (e) => {
    const day = target(e);
    if (!held || !day) return;
    e.preventDefault();
    root.querySelectorAll(".drop").forEach((d) => d !== day && d.classList.remove("drop"));
    day.classList.add("drop");
  });
  root.addEventListener("drop", (e) => {
    const day = target(e);
    if (!held || !day) return;
    e.preventDefault();
    let time = held.dataset.start.slice(11);
    if (day.matches(".slots")) {
      const quarter = Math.max(0, Math.round((e.clientY - grip - day.getBoundingClientRect().top) / 12));
      time = shift("2000-01-01T00:00", Math.min(95, quarter + Number(root.dataset.first) * 4) * 15).slice(11);
    }
    move(held, `${day.dataset.date}T${time}`);
  });
  root.addEventListener("keydown", (e) => {
    const event = e.target.closest(".ev[data-id]");
    const by = { ArrowUp: -60, ArrowDown: 60, ArrowLeft: -1440, ArrowRight: 1440 }[e.key];
    if (!event || !by || !e.shiftKey || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation();
    move(event, shift(event.dataset.start, by));
  });
  const moved = sessionStorage.getItem("moved");
  sessionStorage.removeItem("moved");
  if (moved) document.querySelector(`.ev[data-id="${CSS.escape(moved)}"]`)?.focus();
}
