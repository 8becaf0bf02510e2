// Sums of rows and columns that follow what one types; what is no number yet counts as nothing. Without this the server sums up when the form is saved.

export function totals() {
  for (const table of document.querySelectorAll("table[data-totals]")) table.addEventListener("input", () => add(table));
}

const written = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2, useGrouping: false });
const hours = (cell) => Number(cell.value.trim().replace(",", ".")) || 0;

function add(table) {
  const sums = new Map();
  let all = 0;
  for (const row of table.tBodies[0].rows) {
    let sum = 0;
    for (const cell of row.querySelectorAll("input:not([type=hidden])")) {
      const column = cell.name.split(".").at(-1);
      sums.set(column, (sums.get(column) ?? 0) + hours(cell));
      sum += hours(cell);
    }
    const total = row.querySelector("output");
    if (total) total.textContent = written.format(sum);
    all += sum;
  }
  for (const total of table.querySelectorAll("output[data-sum]")) {
    total.textContent = written.format(total.dataset.sum === "all" ? all : sums.get(total.dataset.sum) ?? 0);
  }
}
