// The metric that ranks over the number of recordings trained on, a line a row: what more of them would bring.
/** Rows with dashes where the colour alone does not tell them apart: trained on all tasks, or one of the grey ones. */
function dashed(rows) {
  const grey = rows.filter((row) => row.kind === "simple");
  const dash = (row) => (row.kind === "joint" ? "6 4" : row.kind === "single" ? "" : DASHES[1 + (grey.indexOf(row) % 4)]);
  return rows.map((row) => ({ ...row, dash: dash(row) }));
}

/** What stands in the section; nothing if the board has no such curves of this task. */
function overRecordings(view, onopen) {
  const { recordings: made } = view.board,
    all = made?.tasks[view.task.name];
  if (!all) return [];
  const rows = seen(dashed(all)),
    [column] = view.task.columns;
  if (!rows.length) return [el("p", { class: "note" }, "No row that is shown was trained on fewer recordings.")];
  return [
    el(
      "p",
      { class: "note" },
      `Mean ${column.label} over replicates ${made.replicates.join(", ")}, of each row trained on so many recordings of a fold.`,
      made.extra.length ? ` Made with ${made.extra.join(", ")}.` : "",
      " Choose a line to open its row.",
    ),
    el(
      "div",
      { class: "keys" },
      rows.map((row) => swatch(colour(row), row.dash, row.label)),
    ),
    fitted(el("div"), (width) => recordingsChart(column, rows, width, onopen)),
    recordingsTable(column, rows),
  ];
}

/** Numbers of recordings that any row was trained on, rising. */
const countsOf = (rows) => [...new Set(rows.flatMap((row) => row.points.map(([n]) => n)))].sort((a, b) => a - b);
const withUnit = (column, value) => `${shown(column, value)}${column.unit ? ` ${column.unit}` : ""}`;

function recordingsChart(column, rows, width, onopen) {
  const height = 320,
    left = 46,
    right = 70, // names stand beside the last points
    top = 26,
    bottom = 46;
  const counts = countsOf(rows),
    values = rows.flatMap((row) => row.points.map(([, mean]) => mean * column.scale)),
    air = (Math.max(...values) - Math.min(...values) || 1) * 0.05,
    low = Math.max(0, Math.min(...values) - air),
    high = Math.max(...values) + air;
  const across = linear(Math.log2(counts[0]), Math.log2(counts.at(-1)), left + 14, width - right),
    x = (n) => (counts.length > 1 ? across(Math.log2(n)) : (left + width - right) / 2),
    y = linear(low, high, height - bottom, top);
  const place = (row) => row.points.map(([n, mean]) => [x(n), y(mean * column.scale)]);
  const ends = rows.map((row) => ({ row, x: place(row).at(-1)[0], y: place(row).at(-1)[1] }));
  const chart = picture(
    width,
    height,
    null,
    ticks(low, high, 5).map((tick) => [
      line(left, y(tick), width - right, y(tick)),
      words(left - 8, y(tick) + 4, `${tick}`, { "text-anchor": "end" }),
    ]),
    roomy(counts, x).map((n) => words(x(n), height - bottom + 18, `${n}`, { "text-anchor": "middle" })),
    counts.map((n) => line(x(n), top, x(n), height - bottom, { "stroke-dasharray": "2 4" })),
    words(0, 12, titled(column)),
    words(width - 8, height - 6, "recordings trained on, log scale →", { "text-anchor": "end" }),
    rows.map((row) => recordingsLine(column, row, place(row), onopen)),
    labels(ends, width, height - bottom),
  );
  chart.removeAttribute("aria-hidden");
  return fill(
    chart,
    { role: "group", "aria-label": `${titled(column)} over recordings trained on; the table below has the numbers` },
    [],
  );
}

/** Numbers that have room beside the one before. */
function roomy(counts, x) {
  const found = [];
  for (const n of counts) if (!found.length || x(n) - x(found.at(-1)) > 30) found.push(n);
  return found;
}

/** One stop of the keyboard a row, which tells all of its points; under the pointer each tells its own. */
function recordingsLine(column, row, at, onopen) {
  const ink = colour(row),
    says = row.points.map(([n, mean]) => `${n} recordings: ${withUnit(column, mean)}`),
    text = `${row.label}, ${titled(column)}\n${says.join("\n")}`;
  const press = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onopen(row);
  };
  // a row that the board has not cannot be opened
  const opens = row.opens ? { role: "button", onclick: () => onopen(row), onkeydown: press } : { role: "img" };
  const dots = at.map(([px, py], k) =>
    tipped(
      draw("g", null, draw("circle", { cx: px, cy: py, r: 12, fill: "transparent" }), shape(row.kind, px, py, ink, 4.5)),
      `${row.label}\n${says[k]}\nreplicates: ${row.points[k][2].map((value) => shown(column, value)).join(", ")}`,
    ),
  );
  return tipped(
    draw(
      "g",
      { class: "mark curve", tabindex: 0, "aria-label": text, ...opens },
      draw("polyline", {
        points: at.map((each) => each.join()).join(" "),
        fill: "none",
        stroke: ink,
        "stroke-width": 2,
        "stroke-dasharray": row.dash || null,
      }),
      dots,
    ),
    text,
  );
}

function recordingsTable(column, rows) {
  const counts = countsOf(rows);
  const head = el("tr", null, el("td"), ...counts.map((n) => el("th", { scope: "col" }, `${n}`)));
  const fields = (row) =>
    counts.map((n) => {
      const point = row.points.find(([each]) => each === n);
      return el("td", null, point ? shown(column, point[1]) : "");
    });
  const lines = rows.map((row) => el("tr", null, el("th", { scope: "row" }, row.label), ...fields(row)));
  return el(
    "details",
    null,
    el("summary", null, `In numbers: ${titled(column)} by recordings trained on`),
    el("div", { class: "scroll" }, el("table", { class: "pairs" }, el("thead", null, head), el("tbody", null, lines))),
  );
}
