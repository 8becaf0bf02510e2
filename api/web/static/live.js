// The queue of debtors hears of money that comes in while it is open: a row says so in its own last lines, so that nothing moves under the pointer, and is greyed when nothing
// of it is late any more. Without script a reload shows the same.
export function live() {
  const queue = document.querySelector("[data-paid]");
  if (!queue) return;
  const look = async () => {
    if (!document.hidden) {
      const answer = await fetch(queue.dataset.paid, { headers: { Accept: "text/html" } }).catch(() => null);
      if (answer && (!answer.ok || answer.redirected)) return; // logged out, or not for this person any more
      if (answer) tell(queue, new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    setTimeout(look, 4000);
  };
  setTimeout(look, 2000);
}

function tell(queue, page) {
  for (const paid of page.querySelectorAll("li[data-paid]")) {
    const row = queue.querySelector(`[data-account="${CSS.escape(paid.dataset.paid)}"]`);
    if (!row) continue;
    const says = paid.querySelector("[data-says]").textContent, off = row.dataset.next && row.dataset.next !== paid.dataset.next;
    const [came, next] = row.querySelectorAll("[data-says]");
    row.classList.toggle("settled", "settled" in paid.dataset);
    if (off) next.textContent = row.dataset.off;
    if (came.textContent === says) continue;
    came.textContent = says;
    const said = document.getElementById("live");
    if (said) said.textContent = `${row.querySelector(".strong").textContent}: ${says}`;
  }
}
