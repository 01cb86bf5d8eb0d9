// What stands behind a row: confusion, error per joint on the body, learning curves, and where its numbers come from.
const made = new WeakMap(); // by row: 51 classes are 2,601 fields, which need not be drawn again at every change

function details(view, row) {
  if (!made.has(row)) made.set(row, detailsAnew(view, row));
  return made.get(row);
}

function detailsAnew(view, row) {
  const drawn = row.confusion ? confusion(view.task, row) : view.task.name === "body" ? bodyErrors(view.task, row) : null;
  const learnt = learning(row, colour(view.board, row)), from = origin(view.board, row);
  const score = people(view.task, row);
  const parts = (drawn ? [[drawn, score], [learnt, from]] : [[learnt, score], [from]]).map((column) => el("div", null, column));
  return el("div", { class: "inside", role: "group", "aria-label": `Details of ${row.label}`,
    onclick: (event) => event.stopPropagation() }, parts);
}

const block = (heading, ...children) => el("div", null, el("h3", null, heading), ...children);

/** True classes down, predicted ones across; the shade is the share of the true class. */
function confusion(task, row) {
  const names = task.classes, size = names.length > 20 ? 13 : 40, edge = 6.4 * Math.max(...names.map((name) => name.length)) + 10;
  const totals = names.map(() => 0), full = size * names.length;
  for (const [truth, , count] of row.confusion) totals[truth] += count;
  const cells = row.confusion.map(([truth, said, count]) => {
    const share = count / totals[truth], x = edge + said * size, y = edge + truth * size, { fill, ink } = heat(0.1 + 0.9 * share);
    const text = `true ${names[truth]}, predicted ${names[said]}: ${count} of ${totals[truth]}`;
    const number = size > 20 ? words(x + size / 2, y + size / 2 + 4, `${count}`, { "text-anchor": "middle", style: `fill:${ink}` }) : null;
    return tipped(draw("g", { class: "cell" }, draw("rect", { x, y, width: size - 1, height: size - 1, style: `fill:${fill}` }), number), text);
  });
  const font = size > 20 ? 12 : 10;
  const labels = names.flatMap((name, k) => [
    words(edge - 6, edge + (k + 0.5) * size + 4, name, { "text-anchor": "end", style: `font-size:${font}px` }),
    words(0, 0, name, { transform: `translate(${edge + (k + 0.5) * size + 4},${edge - 6}) rotate(-90)`, style: `font-size:${font}px` }),
  ]);
  const frame = draw("rect", { x: edge - 1, y: edge - 1, width: full + 1, height: full + 1, fill: "none", stroke: "var(--line)" });
  const wrong = row.confusion.filter(([truth, said]) => truth !== said).sort((a, b) => b[2] - a[2]).slice(0, 6);
  const says = `Confusion matrix of ${row.label}: ${names.length} classes, true down, predicted across`;
  return block(`Confusion, ${row.sequences} test sequences`,
    el("p", { class: "note" }, "True class down, predicted across; the stronger the colour, the larger the share of the true class."),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusion matrix, scrolls" },
      picture(edge + full + 6, edge + full + 6, says, frame, cells, labels)),
    el("p", { class: "note" }, "Most frequent mistakes: ", wrong.map(([truth, said, count]) =>
      `${names[truth]} taken for ${names[said]} (${count})`).join("; ") || "none", "."));
}

/** Skill on validation and loss in training, a line a replicate; the epoch that was kept has a dot. */
function learning(row, ink) {
  if (!row.curves.length) {
    return block("Learning curves", el("p", { class: "note" }, "Nothing is trained by gradients here, so there is no curve."));
  }
  const plot = (key, title) => el("div", null, el("p", { class: "note" }, title),
    fitted(el("div"), (width) => curves(row.curves.map((run, k) => ({ values: run[key], ink, dash: ["", "7 3", "2 3", "9 3 2 3", "1 5"][k % 5],
      text: `replicate ${run.replicate}`, kept: run.skill.indexOf(Math.max(...run.skill)) })), Math.min(width, 560), 150, `${title} of ${row.label}`)));
  const keys = row.curves.map((run, k) => el("span", null, picture(30, 10, "", line(0, 5, 30, 5,
    { stroke: ink, "stroke-width": 2, "stroke-dasharray": ["", "7 3", "2 3", "9 3 2 3", "1 5"][k % 5], class: "" })), `replicate ${run.replicate}`));
  return block("Learning curves", plot("skill", "Validation skill over the trivial predictor, 1 is perfect; the dot is the epoch kept"),
    plot("loss", "Training loss"), el("div", { class: "keys" }, keys));
}

/** Lines over epochs. */
function curves(lines, width, height, says) {
  const left = 40, right = 8, bottom = 34, top = 8, all = lines.flatMap((each) => each.values);
  const low = Math.min(0, ...all), high = Math.max(...all), epochs = Math.max(...lines.map((each) => each.values.length));
  const x = linear(1, epochs, left, width - right), y = linear(low, high, height - bottom, top);
  const across = ticks(1, epochs, Math.min(6, width / 60)).filter((tick) => tick >= 1 && Number.isInteger(tick));
  return picture(width, height, says,
    ticks(low, high, 4).map((tick) => [line(left, y(tick), width - right, y(tick)),
      words(left - 6, y(tick) + 4, `${tick}`, { "text-anchor": "end" })]),
    across.map((tick) => words(x(tick), height - bottom + 16, `${tick}`, { "text-anchor": "middle" })),
    words(width - right, height - 3, "epoch", { "text-anchor": "end" }),
    lines.map((each) => draw("polyline", { points: each.values.map((value, k) => `${x(k + 1)},${y(value)}`).join(" "), fill: "none",
      stroke: each.ink, "stroke-width": 2, "stroke-dasharray": each.dash || null })),
    lines.filter((each) => each.kept !== undefined).map((each) => tipped(
      draw("circle", { cx: x(each.kept + 1), cy: y(each.values[each.kept]), r: 4, fill: each.ink }), `${each.text}, epoch ${each.kept + 1}`)));
}

const list = (values) => el("table", { class: "facts" }, el("tbody", null, Object.entries(values).map(([key, value]) =>
  el("tr", null, el("th", { scope: "row" }, key), el("td", null, value)))));
const plain = (value) => (value === null || value === undefined ? "unknown" : typeof value === "object"
  ? Object.entries(value).map(([key, each]) => `${key} ${Array.isArray(each) ? each.join(" ") : each}`).join(", ") || "none" : `${value}`);

/** What the interval is made of: a mean a person. */
function people(task, row) {
  const column = task.columns[0], unit = column.unit ? ` ${column.unit}` : "";
  return block("Person by person", list({
    "mean over people": `${shown(column, row.mean)}${unit}`,
    interval: row.low === null ? "none: one person" : `${shown(column, row.low)} to ${shown(column, row.high)}${unit}`,
    ...Object.fromEntries(Object.entries(row.people).map(([name, value]) => [name, `${shown(column, value)}${unit}`])),
  }));
}

/** Where a row comes from, and what it cost. */
function origin(board, row) {
  const from = row.origins.map(({ replicates, from: { commit, dirty, ...others } }) => list({
    [replicates.length > 1 ? "replicates" : "replicate"]: replicates.join(", "),
    commit: commit ? el("span", null, el("code", null, commit.slice(0, 12)), dirty ? " and changes that were not committed" : "") : "unknown",
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, plain(value)])),
  }));
  return block("Where it comes from", from, list({
    data: el("span", null, `${board.kind}, `, el("code", null, board.hash)), "split by": board.split,
    parameters: whole(row.cost.parameters), "multiply-adds": whole(row.cost.multiply_adds),
    "ms per sample": `${row.cost.ms_per_sample}`, "seconds a replicate": short(row.cost.seconds),
    "hyper-parameters": plain(row.hyperparameters), recipe: plain(row.recipe),
  }));
}
