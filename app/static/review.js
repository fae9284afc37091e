/* The matrix by keyboard: arrows move from cell to cell, Enter opens the finding. Check boxes of a list all at once. */
(() => {
  "use strict";
  document.querySelectorAll("table.review-matrix").forEach((table) => {
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
    if (!rows.length || !rows[0].length) return;
    const rules = [...table.querySelectorAll("tr.rules th[data-rule]")].map((th) => th.dataset.rule);
    const at = (cell) => [cell.parentElement.rowIndex - table.tHead.rows.length, cell.cellIndex - 1];
    const go = (cell) => {
      table.querySelectorAll("td[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
      cell.tabIndex = 0;
      cell.focus();
    };
    const open = (cell) => {
      const [row, column] = at(cell);
      const link = table.tBodies[0].rows[row].querySelector("th a");
      if (link) window.location.href = `${link.href}?rule=${rules[column]}#${rules[column]}`;
    };
    rows[0][0].tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td");
      if (!cell) return;
      const [row, column] = at(cell);
      const moves = { ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1], ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], Home: [row, 0], End: [row, rows[row].length - 1] };
      if (event.key === "Enter") { open(cell); event.preventDefault(); return; }
      const wanted = moves[event.key];
      if (!wanted) return;
      event.preventDefault();
      const next = rows[wanted[0]] && rows[wanted[0]][wanted[1]];
      if (next) go(next);
    });
    table.addEventListener("dblclick", (event) => {
      const cell = event.target.closest("td");
      if (cell) open(cell);
    });
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (cell) go(cell);
    });
  });
  document.querySelectorAll("button[data-check]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = document.querySelectorAll(`input[type=checkbox][name="${button.dataset.check}"]`);
      const all = [...boxes].every((box) => box.checked);
      boxes.forEach((box) => { box.checked = !all; });
    });
  });
})();
