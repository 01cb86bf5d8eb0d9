// What drawings share: scales, ticks, colours, and the shapes that say how a row was trained.
const KINDS = { single: "trained on the task", joint: "trained on all tasks", simple: "simple", oracle: "oracle" };

function ticks(low, high, count) {
  const rough = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    found.push(+(k * step).toPrecision(12));
  return found;
}

const linear = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

/** The range of all rows' means and intervals in the unit shown, with a little air. */
function extent(task) {
  const unit = task.columns[0].scale;
  const all = task.rows.flatMap((row) => [row.mean, row.low, row.high, ...Object.values(row.people)]);
  const values = all.filter((value) => value !== null).map((value) => value * unit);
  const low = Math.min(...values),
    high = Math.max(...values),
    air = (high - low || 1) * 0.03;
  return [low - air < 0 ? Math.min(0, low) : low - air, high + air];
}

/** The colour of a row's model, made from its name alone: the same in all tasks, whatever rows stand beside it. */
function colour(row) {
  if (row.kind === "simple" || row.kind === "oracle") return "var(--grey)";
  const [hue, variant] = row.look,
    deeper = 0.04 * variant;
  return `light-dark(oklch(${0.6 - deeper} 0.14 ${hue}), oklch(${0.82 - deeper} 0.13 ${hue}))`;
}

/** Circle, diamond, square or triangle around a point, by kind of row. */
function shape(kind, x, y, ink, size = 6) {
  const look = { class: "shape", fill: kind === "oracle" ? "var(--panel)" : ink, stroke: ink, "stroke-width": 1.5 };
  if (kind === "single") return draw("circle", { cx: x, cy: y, r: size, ...look });
  const s = size * 1.15;
  const corners = {
    joint: [
      [0, -s * 1.15],
      [s * 1.15, 0],
      [0, s * 1.15],
      [-s * 1.15, 0],
    ],
    simple: [
      [-s * 0.85, -s * 0.85],
      [s * 0.85, -s * 0.85],
      [s * 0.85, s * 0.85],
      [-s * 0.85, s * 0.85],
    ],
    oracle: [
      [0, -s],
      [s, s * 0.8],
      [-s, s * 0.8],
    ],
  }[kind];
  return draw("polygon", { points: corners.map(([dx, dy]) => `${x + dx},${y + dy}`).join(" "), ...look });
}

/** Shapes and what they stand for. */
const kindKeys = (kinds) =>
  kinds.map((kind) => el("span", null, picture(18, 18, "", shape(kind, 9, 9, "var(--soft)")), KINDS[kind]));

/** Fill for a share between 0 and 1, and the ink that can be read on it: one hue, from the ground to its strongest. */
function heat(share) {
  const part = Math.round(100 * Math.max(0, Math.min(1, share)));
  return {
    fill: `color-mix(in oklab, var(--heat) ${part}%, var(--panel))`,
    ink: part > 60 ? "var(--panel)" : "var(--ink)",
  };
}
