// A row's interval, drawn on an axis that all rows of the board share.
const NARROW = matchMedia("(max-width: 600px)");
const drawnWidth = () => (NARROW.matches ? 172 : 250); // of an interval, beside the names of models on a phone

function axis(task) {
  const [low, high] = extent(task),
    width = drawnWidth(),
    x = linear(low, high, 8, width - 8);
  return picture(
    width,
    16,
    "",
    ticks(low, high, 5).map((tick) => words(x(tick), 12, `${tick}`, { "text-anchor": "middle" })),
  );
}

/** Mean and interval of a row, its people as ticks, on the band of the best row's interval. */
function interval(task, row, best, ink) {
  const [low, high] = extent(task),
    column = task.columns[0],
    width = drawnWidth(),
    x = linear(low, high, 8, width - 8);
  const at = (value) => x(value * column.scale),
    middle = 17,
    parts = [];
  if (best && best.low !== null) {
    parts.push(
      draw("rect", { x: at(best.low), y: 0, width: at(best.high) - at(best.low), height: 34, fill: "var(--band)" }),
    );
  }
  parts.push(ticks(low, high, 5).map((tick) => line(x(tick), 0, x(tick), 34)));
  for (const value of Object.values(row.people)) {
    parts.push(line(at(value), middle + 7, at(value), middle + 13, { stroke: ink, opacity: 0.6, class: "person" }));
  }
  if (row.low !== null) {
    parts.push(
      line(at(row.low), middle, at(row.high), middle, {
        stroke: ink,
        "stroke-width": 4,
        "stroke-opacity": 0.45,
        class: "bar",
      }),
    );
  }
  parts.push(shape(row.kind, at(row.mean), middle, ink, 5));
  const bounds = row.low === null ? "no interval" : `interval ${row.bounds}`;
  const says = `${shown(column, row.mean)}${column.unit ? ` ${column.unit}` : ""}, ${bounds}`;
  return tipped(picture(width, 34, says, parts), `${row.label}\n${says}`);
}
