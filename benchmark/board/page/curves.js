// Skill and loss over optimisation steps: of a row's replicates, and of all rows side by side.
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "1 5"];

/** A piece of a line and what it stands for. */
const swatch = (ink, dash, text) =>
  el(
    "span",
    null,
    picture(
      30,
      10,
      "",
      line(0, 5, 30, 5, { stroke: ink, "stroke-width": 2.5, "stroke-dasharray": dash || null, class: "" }),
    ),
    text,
  );

/** Skill on validation and loss in training, a line a replicate; the state that was kept has a dot. */
function learning(row, ink) {
  if (!row.curves.length) {
    return block(
      "Learning curves",
      el("p", { class: "note" }, "Nothing is trained by gradients here, so there is no curve."),
    );
  }
  const plot = (key, title) =>
    el(
      "div",
      null,
      el("p", { class: "note" }, title),
      fitted(el("div"), (width) =>
        curves(
          row.curves.map((run, k) => ({
            values: run[key],
            ink,
            dash: DASHES[k % 5],
            text: `replicate ${run.replicate}`,
            steps: run.steps,
            kept: run.kept,
          })),
          Math.min(width, 560),
          150,
          `${title} of ${row.label}`,
        ),
      ),
    );
  const keys = row.curves.map((run, k) => swatch(ink, DASHES[k % 5], `replicate ${run.replicate}`));
  return block(
    "Learning curves",
    plot("skill", "Validation skill over the trivial predictor, 1 is perfect; the dot is the state kept"),
    plot("loss", "Training loss"),
    el("div", { class: "keys" }, keys),
  );
}

/** Mean validation skill over the replicates, a line a row. */
function learningOfAll(view, rows) {
  const trained = rows.filter((row) => row.curves.length);
  if (!trained.length) return [el("p", { class: "note" }, "No row that is shown was trained by gradients.")];
  const mean = (runs) =>
    runs[0].skill.map((_, k) => {
      const there = runs.filter((run) => k < run.skill.length);
      return there.reduce((sum, run) => sum + run.skill[k], 0) / there.length;
    });
  const ways = ["single", "joint"].filter((kind) => trained.some((row) => row.kind === kind));
  const dash = (row) => (row.kind === "joint" ? "6 4" : "");
  const lines = trained.map((row) => ({
    values: mean(row.curves),
    steps: row.curves[0].steps,
    ink: colour(row),
    dash: dash(row),
  }));
  return [
    el(
      "p",
      { class: "note" },
      "Validation skill, mean over replicates: 0 is the trivial predictor, 1 perfection.",
      ways.length > 1 ? " Dashed: trained on all tasks, and the skill is the mean over these." : "",
    ),
    el(
      "div",
      { class: "keys" },
      trained.map((row) => swatch(colour(row), dash(row), row.label)),
    ),
    fitted(el("div"), (width) => curves(lines, width, 280, "Validation skill over steps, a line a row")),
  ];
}

/** Lines over optimisation steps. */
function curves(lines, width, height, says) {
  const left = 40,
    right = 8,
    bottom = 34,
    top = 8,
    all = lines.flatMap((each) => each.values);
  const low = Math.min(0, ...all),
    high = Math.max(...all),
    steps = Math.max(...lines.flatMap((each) => each.steps));
  const x = linear(0, steps, left, width - right),
    y = linear(low, high, height - bottom, top);
  const across = ticks(0, steps, Math.min(6, width / 60)).filter((tick) => Number.isInteger(tick));
  return picture(
    width,
    height,
    says,
    ticks(low, high, 4).map((tick) => [
      line(left, y(tick), width - right, y(tick)),
      words(left - 6, y(tick) + 4, `${tick}`, { "text-anchor": "end" }),
    ]),
    across.map((tick) => words(x(tick), height - bottom + 16, `${tick}`, { "text-anchor": "middle" })),
    words(width - right, height - 3, "step", { "text-anchor": "end" }),
    lines.map((each) =>
      draw("polyline", {
        points: each.values.map((value, k) => `${x(each.steps[k])},${y(value)}`).join(" "),
        fill: "none",
        stroke: each.ink,
        "stroke-width": 2,
        "stroke-dasharray": each.dash || null,
      }),
    ),
    lines
      .filter((each) => each.kept !== undefined)
      .map((each) =>
        tipped(
          draw("circle", { cx: x(each.steps[each.kept]), cy: y(each.values[each.kept]), r: 4, fill: each.ink }),
          `${each.text}, step ${each.steps[each.kept]}`,
        ),
      ),
  );
}
