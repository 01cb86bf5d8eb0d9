// Where a row's numbers come from: its people, its commit and versions, what it cost.
const list = (values) =>
  el(
    "table",
    { class: "facts" },
    el(
      "tbody",
      null,
      Object.entries(values).map(([key, value]) =>
        el("tr", null, el("th", { scope: "row" }, key), el("td", null, value)),
      ),
    ),
  );

const inner = (each) =>
  Array.isArray(each) ? each.join(" ") || "none" : each?.constructor === Object ? `(${plain(each)})` : each;

const plain = (value) =>
  value === null || value === undefined
    ? "unknown"
    : typeof value === "object"
      ? Object.entries(value)
          .map(([key, each]) => `${key} ${inner(each)}`)
          .join(", ") || "none"
      : `${value}`;

/** What the interval is made of: a mean a person. */
function people(task, row) {
  const column = task.columns[0],
    unit = column.unit ? ` ${column.unit}` : "";
  return block(
    "Person by person",
    list({
      "mean over people": `${shown(column, row.mean)}${unit}`,
      interval:
        row.low === null ? "none: one person" : `${row.bounds}${unit}`,
      ...Object.fromEntries(
        Object.entries(row.people).map(([name, value]) => [name, `${shown(column, value)}${unit}`]),
      ),
    }),
  );
}

/** Where a row comes from, and what it cost. */
function origin(board, row) {
  const from = row.origins.map(({ replicates, from: { commit, dirty, ...others } }) =>
    list({
      [replicates.length > 1 ? "replicates" : "replicate"]: replicates.join(", "),
      commit: commit
        ? el("span", null, el("code", null, commit.slice(0, 12)), dirty ? " and changes that were not committed" : "")
        : "unknown",
      ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, plain(value)])),
    }),
  );
  return block(
    "Where it comes from",
    from,
    list({
      data: el("span", null, `${sourceName(board)}, `, el("code", null, board.hash)),
      "split by": board.split,
      parameters: whole(row.cost.parameters),
      "multiply-adds": whole(row.cost.multiply_adds),
      "ms per sample": row.cost.ms_per_sample === null ? "not measured" : `${row.cost.ms_per_sample}`,
      "latency, one window on the CPU":
        row.cost.latency_p50_ms === null ? "not measured" : `p50 / p99 ${latency(row)} ms`,
      "seconds a replicate": short(row.cost.seconds),
      "hyper-parameters": plain(row.hyperparameters),
      recipe: plain(row.recipe),
    }),
  );
}
