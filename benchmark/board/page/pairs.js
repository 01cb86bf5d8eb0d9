// All pairs of a task's rows: how far each is from those before it, with half of the interval.
function pairs(task) {
  if (!task.pairs) return [];
  const { names, apart } = task.pairs,
    [column] = task.columns,
    unit = column.unit === "%" ? "points" : column.unit,
    level = Math.round(100 * view.board.level);
  const text = (value) => `${value < 0 ? "\u2212" : "+"}${Math.abs(column.scale * value).toFixed(column.digits)}`;
  const field = ([mean, half]) =>
    el("td", { class: Math.abs(mean) > half ? "bold" : null }, `${text(mean)} ± ${text(half).slice(1)}`);
  const head = el("tr", null, el("td"), ...names.slice(0, -1).map((name) => el("th", { scope: "col" }, name)));
  const rows = apart
    .slice(1)
    .map((cells, k) => el("tr", null, el("th", { scope: "row" }, names[k + 1]), ...cells.map(field)));
  return [
    el(
      "details",
      null,
      el("summary", null, `All pairs: row minus column, ${unit}, ± half of the ${level} % interval of that pair alone`),
      el("div", { class: "scroll" }, el("table", { class: "pairs" }, el("thead", null, head), el("tbody", null, rows))),
    ),
  ];
}
