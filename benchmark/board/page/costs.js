// All rows at once: the primary metric against what an answer costs.
const COSTS = {
  parameters: "parameters",
  multiply_adds: "multiply-adds a sample",
  seconds: "seconds of training",
  ms_per_sample: "milliseconds a sample",
  latency_p50_ms: "milliseconds for one window, p50",
  latency_p99_ms: "milliseconds for one window, p99",
};

/** A label beside each point, where no other label or point is; none where there is no room. */
function labels(points, width, height) {
  const taken = points.map(({ x, y }) => [x - 7, y - 7, x + 7, y + 7]);
  const free = (box) =>
    box[0] > 40 &&
    box[2] < width &&
    box[3] < height &&
    taken.every((other, k) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
  return points.flatMap(({ x, y, row }) => {
    const long = 6.3 * row.label.length;
    const spots = [
      [10, 4, "start"],
      [-10, 4, "end"],
      [0, -12, "middle"],
      [0, 21, "middle"],
      [9, -9, "start"],
      [9, 17, "start"],
      [-9, -9, "end"],
      [-9, 17, "end"],
    ];
    for (const [dx, dy, anchor] of spots) {
      const left = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
      const box = [left, y + dy - 10, left + long, y + dy + 3];
      if (free(box)) {
        taken.push(box);
        return [words(x + dx, y + dy, row.label, { "text-anchor": anchor, class: "strong" })];
      }
    }
    return [];
  });
}

/** Powers of ten, and where there is room, their multiples; even steps where the range is narrow. */
function logTicks(low, high, width) {
  if (high / low < 8) return ticks(low, high, Math.max(2, width / 150));
  const apart = (width * Math.log10(2)) / Math.log10(high / low); // pixels between 10 and 20, the closest but one
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const k of apart < 46 ? [1] : [1, 2, 5]) found.push(k * 10 ** power);
  }
  return found.filter((tick) => tick >= low && tick <= high);
}

/** Rows that no other one beats at no higher cost, from the cheapest to the best; oracles and unranked rows apart. */
function front(task, rows, key) {
  const up = task.columns[0].up ? 1 : -1;
  const known = rows.filter((row) => row.ranks[0] !== null && row.cost[key] !== null);
  const beaten = (row) =>
    known.some((other) => {
      const gain = up * (other.mean - row.mean),
        saved = row.cost[key] - other.cost[key];
      return gain >= 0 && saved >= 0 && (gain > 0 || saved > 0);
    });
  return known.filter((row) => !beaten(row)).sort((a, b) => a.cost[key] - b.cost[key] || up * (a.mean - b.mean));
}

/** Steps from one point of the front to the next: up to a point's cost, the one before is the best there is. */
function steps(at, right) {
  const corners = at.flatMap(([x, y], k) => (k ? [[x, at[k - 1][1]], [x, y]] : [[x, y]]));
  return [...corners, [right, at.at(-1)[1]]].map((point) => point.join()).join(" ");
}

function scatter(view, rows, key, width, onopen) {
  const height = Math.max(300, Math.min(440, width * 0.5)),
    left = 46,
    right = 16,
    top = 26,
    bottom = 46;
  const column = view.task.columns[0],
    [low, high] = extent(view.task),
    y = linear(low, high, height - bottom, top);
  const costs = rows.map((row) => row.cost[key]).filter((value) => value > 0);
  const least = Math.min(...costs) / 1.5,
    most = Math.max(...costs) * 1.5,
    zero = rows.some((row) => !(row.cost[key] > 0));
  const across = linear(Math.log(least), Math.log(most), left + (zero ? 60 : 12), width - right);
  const x = (value) => (value > 0 ? across(Math.log(value)) : left + 24);
  const best = front(view.task, rows, key);
  const points = rows.map((row) => ({ row, x: x(row.cost[key]), y: y(row.mean * column.scale) }));
  const marks = points.map((point) => {
    const { row } = point,
      ink = colour(row),
      at = (value) => y(value * column.scale);
    const text = `${row.label} (${[KINDS[row.kind], ...row.remarks, ...(best.includes(row) ? ["on the Pareto front"] : [])].join("; ")})\n${titled(column)} ${row.metrics[column.key][1]}\n${row.cost[key] === null ? "not measured:" : short(row.cost[key])} ${COSTS[key]}`;
    const go = () => onopen(row);
    const whisker =
      row.low === null
        ? null
        : line(point.x, at(row.low), point.x, at(row.high), {
            stroke: ink,
            opacity: 0.4,
            "stroke-width": 2,
            class: "",
          });
    const press = (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        go();
      }
    };
    return tipped(
      draw(
        "g",
        { class: "mark", tabindex: 0, role: "button", "aria-label": text, onclick: go, onkeydown: press },
        whisker,
        draw("circle", { cx: point.x, cy: point.y, r: 14, fill: "transparent" }),
        shape(row.kind, point.x, point.y, ink),
      ),
      text,
    );
  });
  const stairs = best.map((row) => points.find((point) => point.row === row)).map((point) => [point.x, point.y]);
  const chart = picture(
    width,
    height,
    null,
    stairs.length ? draw("polyline", { points: steps(stairs, width - right), class: "front" }) : null,
    ticks(low, high, 5).map((tick) => [
      line(left, y(tick), width - right, y(tick)),
      words(left - 8, y(tick) + 4, `${tick}`, { "text-anchor": "end" }),
    ]),
    costs.length
      ? logTicks(least, most, width - left - right - 60).map((tick) => [
          line(x(tick), top, x(tick), height - bottom, { "stroke-dasharray": "2 4" }),
          words(x(tick), height - bottom + 18, short(tick), { "text-anchor": "middle" }),
        ])
      : null,
    zero ? words(left + 24, height - bottom + 18, "none", { "text-anchor": "middle" }) : null,
    words(0, 12, titled(column)),
    words(width - right, height - 6, `${COSTS[key]}, log scale →`, { "text-anchor": "end" }),
    marks,
    labels(points, width, height - bottom),
  );
  chart.removeAttribute("aria-hidden");
  return fill(
    chart,
    { role: "group", "aria-label": `${titled(column)} against ${COSTS[key]}; each point opens its row` },
    [],
  );
}

/** The front in words, for those who cannot see the steps or want its names. */
function frontTold(view, rows, key) {
  const names = front(view.task, rows, key).map((row) => row.label);
  return `Pareto front (no row is better and cheaper; means, without their intervals), cheapest first: ${names.join(", ") || "none"}.`;
}

/** Choice of the cost, the drawing, and what its shapes mean. */
function costs(view, rows, onopen) {
  const chips = Object.entries(COSTS).map(([key, name]) =>
    el(
      "button",
      {
        type: "button",
        class: "chip",
        "data-cost": key,
        "aria-pressed": `${view.cost === key}`,
        onclick: () => view.change({ cost: key }),
      },
      name,
    ),
  );
  const kinds = Object.keys(KINDS).filter((kind) => rows.some((row) => row.kind === kind));
  return [
    el("div", { class: "chips", role: "group", "aria-label": "Cost" }, chips),
    el("div", { class: "keys" }, kindKeys(kinds), el("span", null, "line: interval"), el("span", null, "steps: the Pareto front")),
    el("p", { class: "note" }, frontTold(view, rows, view.cost)),
    fitted(el("div"), (width) => scatter(view, rows, view.cost, width, onopen)),
  ];
}
