// Columns of the board, what they sort by, and rows in their order.
/** Median and 99th percentile of one window's milliseconds; empty where nobody measured them. */
const latency = ({ cost }) =>
  cost.latency_p50_ms === null ? "" : `${cost.latency_p50_ms.toFixed(2)} / ${cost.latency_p99_ms.toFixed(2)}`;

/** Columns of a task: what they show, what they sort by, and which end is the better one. */
function columns(task) {
  const [first, ...others] = task.columns;
  const score = (column) => ({
    head: titled(column),
    up: column.up,
    value: (row) => row.metrics[column.key][0],
    text: (row) => row.metrics[column.key][1],
  });
  const cost = (head, key, text) => ({
    head,
    up: false,
    value: (row) => row.cost[key],
    text: (row) => text(row.cost[key]),
  });
  // a number to sort by, and its text
  const told = (head, key, up) => ({ head, up, value: (row) => row[key][0], text: (row) => row[key][1] });
  return [
    { head: "model", up: false, value: (row) => row.label, name: true },
    {
      head: `mean and interval, ${first.unit || first.label}\u00a0${first.up ? "↑" : "↓"}`,
      up: first.up,
      drawn: true,
      value: (row) => row.mean,
    },
    { ...score(first), main: true },
    told("skill", "skill", true),
    told("P(best)", "chance", true),
    told("ranks", "ranks", false),
    ...others.map(score),
    {
      head: `validation, ${first.unit || first.label}`,
      up: first.up,
      value: (row) => row.validation[0],
      text: (row) => row.validation[1],
    },
    cost("parameters", "parameters", whole),
    cost("multiply-adds", "multiply_adds", short),
    cost("ms per sample", "ms_per_sample", (value) => (value === null ? "" : value.toFixed(2))),
    { head: "latency p50 / p99, ms", up: false, value: (row) => row.cost.latency_p50_ms, text: latency },
    cost("seconds to train", "seconds", short),
  ];
}

/** Rows in the order of a column; what has no value comes last, and ties keep the board's order. */
function sorted(rows, column, descending) {
  const compare = (a, b) => {
    const one = column.value(a),
      other = column.value(b);
    if (one === null || other === null) return (one === null) - (other === null);
    const found = typeof one === "string" ? one.localeCompare(other, "en") : one - other;
    return descending ? -found : found;
  };
  return rows
    .map((row, k) => [row, k])
    .sort(([a, i], [b, j]) => compare(a, b) || i - j)
    .map(([row]) => row);
}
