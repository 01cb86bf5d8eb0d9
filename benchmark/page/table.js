// The board itself: a row a model, its interval drawn on an axis that all rows share, and columns that sort.
const NARROW = matchMedia("(max-width: 600px)");
const drawnWidth = () => (NARROW.matches ? 172 : 250); // of an interval, beside the names of models on a phone

/** Columns of a task: what they show, what they sort by, and which end is the better one. */
function columns(task) {
  const [first, ...others] = task.columns;
  const score = (column) => ({ head: titled(column), up: column.up, value: (row) => row.metrics[column.key][0],
    text: (row) => spread(column, row.metrics[column.key]) });
  const cost = (head, key, text) => ({ head, up: false, value: (row) => row.cost[key], text: (row) => text(row.cost[key]) });
  return [
    { head: "model", up: false, value: (row) => row.label, name: true },
    { head: `mean over people, ${first.unit || first.label}\u00a0${first.up ? "↑" : "↓"}`, up: first.up, drawn: true,
      value: (row) => row.mean },
    { ...score(first), main: true },
    { head: "p against the best", up: true, value: (row) => (row.p === null ? (row.tied ? 2 : null) : row.p),
      text: (row) => (row.p === null ? "" : row.p < 0.001 ? "< 0.001" : row.p.toFixed(3)) },
    ...others.map(score),
    { head: `validation, ${first.unit || first.label}`, up: first.up, value: (row) => row.validation[0],
      text: (row) => spread(first, row.validation) },
    cost("parameters", "parameters", whole),
    cost("multiply-adds", "multiply_adds", short),
    cost("ms per sample", "ms_per_sample", (value) => value.toFixed(2)),
    cost("seconds to train", "seconds", short),
  ];
}

/** Rows in the order of a column; what has no value comes last, and ties keep the board's order. */
function sorted(rows, column, descending) {
  const compare = (a, b) => {
    const one = column.value(a), other = column.value(b);
    if (one === null || other === null) return (one === null) - (other === null);
    const found = typeof one === "string" ? one.localeCompare(other, "en") : one - other;
    return descending ? -found : found;
  };
  return rows.map((row, k) => [row, k]).sort(([a, i], [b, j]) => compare(a, b) || i - j).map(([row]) => row);
}

function head(columns, sort, onsort) {
  return el("thead", null, el("tr", null, columns.map((column, k) => {
    const on = sort.column === k;
    const order = on ? (sort.descending ? "descending" : "ascending") : null;
    return el("th", { scope: "col", "aria-sort": order, class: column.drawn ? "drawn" : null },
      el("button", { type: "button", "data-column": k, onclick: () => onsort(k) }, column.head),
      column.drawn ? column.axis : null);
  })));
}

function axis(task) {
  const [low, high] = extent(task), width = drawnWidth(), x = linear(low, high, 8, width - 8);
  return picture(width, 16, "", ticks(low, high, 5).map((tick) => words(x(tick), 12, `${tick}`, { "text-anchor": "middle" })));
}

/** Mean and interval of a row, its people as ticks, on the band of the best row's interval. */
function interval(task, row, best, ink) {
  const [low, high] = extent(task), column = task.columns[0], width = drawnWidth(), x = linear(low, high, 8, width - 8);
  const at = (value) => x(value * column.scale), middle = 17, parts = [];
  if (best && best.low !== null) {
    parts.push(draw("rect", { x: at(best.low), y: 0, width: at(best.high) - at(best.low), height: 34, fill: "var(--band)" }));
  }
  parts.push(ticks(low, high, 5).map((tick) => line(x(tick), 0, x(tick), 34)));
  for (const value of Object.values(row.people)) {
    parts.push(line(at(value), middle + 7, at(value), middle + 13, { stroke: ink, opacity: 0.6, class: "person" }));
  }
  if (row.low !== null) {
    parts.push(line(at(row.low), middle, at(row.high), middle, { stroke: ink, "stroke-width": 4, "stroke-opacity": 0.45, class: "bar" }));
  }
  parts.push(shape(row.kind, at(row.mean), middle, ink, 5));
  const bounds = row.low === null ? "no interval" : `interval ${shown(column, row.low)} to ${shown(column, row.high)}`;
  const says = `${shown(column, row.mean)}${column.unit ? ` ${column.unit}` : ""}, ${bounds}`;
  return tipped(picture(width, 34, says, parts), `${row.label}\n${says}`);
}

function cell(view, column, row) {
  if (column.name) {
    return el("th", { scope: "row" },
      el("button", { type: "button", class: `name${row.tied ? " tied" : ""}`, "aria-expanded": `${view.open.has(row.label)}` },
        row.label), el("span", { class: "kind" }, KINDS[row.kind]));
  }
  if (column.drawn) {
    const best = view.task.rows.find((each) => each.kind !== "oracle");
    return el("td", { class: "drawn" }, interval(view.task, row, best, colour(view.board, row)));
  }
  return el("td", { class: column.main && row.tied ? "tied" : null }, column.text(row));
}

/** The rows of a body with the details of those that are open. */
function body(view, columns, rows, onopen) {
  return rows.flatMap((row) => {
    const open = view.open.has(row.label);
    const toggle = (event) => { if (!getSelection().toString() || event.target.closest("button")) onopen(row); };
    const shown = el("tr", { class: `row ${row.kind}${open ? " open" : ""}`, "data-row": row.label, onclick: toggle },
      columns.map((column) => cell(view, column, row)));
    return open ? [shown, el("tr", { class: "details" }, el("td", { colspan: columns.length }, details(view, row)))] : [shown];
  });
}

function table(view, rows, onsort, onopen) {
  const shown = columns(view.task), column = shown[view.sort.column];
  shown.find((each) => each.drawn).axis = axis(view.task);
  const order = (wanted) => sorted(rows.filter((row) => (row.kind === "oracle") === wanted), column, view.sort.descending);
  const oracles = order(true);
  const apart = el("tr", { class: "apart" }, el("th", { colspan: shown.length, scope: "rowgroup" },
    el("span", null, "Oracles: told what no input holds. They show what is possible and are not ranked.")));
  return el("table", { class: "board" },
    el("caption", { hidden: true }, `${view.task.name}: ${rows.length} rows`), head(shown, view.sort, onsort),
    el("tbody", { class: "ranked" }, body(view, shown, order(false), onopen)),
    oracles.length ? el("tbody", { class: "oracles" }, apart, body(view, shown, oracles, onopen)) : null);
}
