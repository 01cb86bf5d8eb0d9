// What the networks know: answers to perturbed inputs, in four views; see docs/probes.md.
const PROBES = { curves: "Noise and loss", senses: "Which sense", drift: "The felt hand", where: "Where it looks" };
// boards of other profiles lie beside the probes' folder
const NUMBERS = ELSEWHERE ? "../probes/PROBES.md" : "../boards/probes/PROBES.md";
// noise of the joints comes first: it tells most rows apart that clean scores tie
const probing = { view: "curves", name: "joint_noise", row: null, by: "lost" };

/** What was not asked, in words: what the board has and the probes' grid left out, and what its windows cannot hold. */
function notAsked({ left_out: without, not_asked: impossible }) {
  const left = ["tasks", "rows", "replicates", "perturbations"]
    .filter((what) => without[what].length)
    .map((what) => `${what} ${without[what].join(", ")}`);
  return [
    left.length
      ? el("p", { class: "banner", role: "note" }, el("b", null, "Not asked of all"), ` that the board has: ${left.join("; ")}.`)
      : null,
    ...Object.entries(impossible).map(([name, why]) => el("p", { class: "note" }, `Not asked: ${name.replaceAll("_", " ")} (${why}).`)),
  ];
}

/** What stands in the part; a line that says so if this board, or this task of it, was not probed. */
function probes(view) {
  const held = view.board.probes,
    all = held?.tasks[view.task.name];
  if (!held) {
    const probed = BOARDS.filter((board) => board.probes).map(boardName);
    return [el("p", { class: "note" }, probed.length ? `The networks of this board were not probed; those of another were: ${probed.join("; ")}.` : "No network was probed.")];
  }
  if (!all) return [el("p", { class: "note" }, `No row of the task ${view.task.name} was probed.`), ...notAsked(held)];
  // as the board draws them: colour, kind, and what the filters leave
  const rows = seen().flatMap((row) => {
    const found = all.find((each) => each.label === row.label);
    return found ? [{ ...row, probed: found }] : [];
  });
  const drawn = { curves: probeCurves, senses: probeSenses, drift: probeDrift, where: probeWhere }[probing.view];
  return [
    el(
      "p",
      { class: "note" },
      "Stored checkpoints were asked about changed inputs; nothing was trained for it. Lines and bars: skill, and its ",
      `${Math.round(100 * held.level)} % interval over people. Every number is in `,
      view.board.from ? "its PROBES.md" : el("a", { href: NUMBERS }, "PROBES.md"),
      ".",
    ),
    held.others.length
      ? el(
          "p",
          { class: "banner", role: "note" },
          `These probes are of other trainings than this board (${held.others.slice(0, 3).join(", ")}${held.others.length > 3 ? ", …" : ""}): run `,
          el("code", null, "python -m benchmark probe"),
          ".",
        )
      : null,
    ...notAsked(held),
    el(
      "div",
      { class: "chips", role: "group", "aria-label": "What was asked" },
      Object.entries(PROBES).map(([key, name]) =>
        el(
          "button",
          {
            type: "button",
            class: "chip",
            id: `probe-${key}`,
            "aria-pressed": `${probing.view === key}`,
            onclick: () => ask({ view: key }),
          },
          name,
        ),
      ),
    ),
    rows.length ? drawn(held, rows) : [el("p", { class: "note" }, "No row that is shown was probed.")],
  ].flat();
}

function ask(what) {
  Object.assign(probing, what);
  paint();
}

/** A choice among names, in groups. */
function chosen(label, key, groups, value) {
  const option = ([name, text]) => el("option", { value: name, selected: name === value }, text);
  return el(
    "label",
    { class: "field" },
    label,
    el(
      "select",
      { id: `probe-${key}-choice`, onchange: (event) => ask({ [key]: event.target.value }) },
      Object.entries(groups).map(([group, options]) =>
        group ? el("optgroup", { label: group }, options.map(option)) : options.map(option),
      ),
    ),
  );
}

/** The perturbation that is looked at: the one chosen, if this view can show it, and the choice among all. */
function perturbation(held, can) {
  const there = held.perturbations.filter(can),
    one = there.find((each) => each.name === probing.name) || there[0];
  if (!one) return [null, []];
  const groups = {};
  for (const { kind, name } of there) {
    const group = `${kind}: ${held.kinds[kind]}`;
    groups[group] = [...(groups[group] || []), [name, name.replaceAll("_", " ")]];
  }
  return [one, [chosen("perturbation", "name", groups, one.name), el("p", null, one.says)]];
}

const spanText = ([value, low, high], digits = 2) =>
  value === null
    ? "-"
    : `${value.toFixed(digits)}${low === null || high === null ? "" : ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`}`;

/** Rows and their numbers below a drawing. */
function probeTable(title, heads, lines) {
  const head = el("tr", null, el("td"), ...heads.map((name) => el("th", { scope: "col" }, name)));
  const body = lines.map(([name, ...cells]) =>
    el("tr", null, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", null, cell))),
  );
  return el(
    "details",
    null,
    el("summary", null, title),
    el("div", { class: "scroll" }, el("table", { class: "pairs" }, el("thead", null, head), el("tbody", null, body))),
  );
}

/** Lowest skill that is drawn: one row far below the trivial answer would flatten all others. */
const FLOOR = -1;

/** Skill over strengths, a line a row. */
function probeCurves(held, rows) {
  const has = (each) => rows.some((row) => row.probed.curves[each.name]);
  const [one, choice] = perturbation(held, has);
  if (!one) return [el("p", { class: "note" }, "Nothing was asked of these rows.")];
  const drawn = dashed(rows.filter((row) => row.probed.curves[one.name]));
  const switched = one.strengths.length === 1;
  const lines = drawn.map((row) => {
    const { skill, area, half, may_be_best: best } = row.probed.curves[one.name];
    // without one of the blocks it may be beyond, too: docs/probes.md
    const gone = half[0] === null ? `beyond ${one.strengths.at(-1)}` : `${spanText(half)}${half[1] === null ? " (no interval)" : ""}`;
    return [`${row.label}${best ? " (may be the best)" : ""}`, spanText(area), ...(switched ? [] : [gone]), ...skill.map((each) => spanText(each))];
  });
  const heads = [
    switched ? "skill" : "area under the curve",
    ...(switched ? [] : [`half of the skill gone at, ${one.unit}`]),
    ...[0, ...one.strengths].map((strength) => (switched ? ["as recorded", "changed"][+!!strength] : `at ${strength}`)),
  ];
  return [
    ...choice,
    el(
      "div",
      { class: "keys" },
      drawn.map((row) => swatch(colour(row), row.dash, row.label)),
    ),
    fitted(el("div"), (width) => strengthChart(one, drawn, width)),
    below(one, drawn),
    probeTable(`In numbers: skill under ${one.name.replaceAll("_", " ")}`, heads, lines),
  ];
}

/** Which rows the chart cuts off. */
function below(one, rows) {
  const cut = rows
    .map((row) => [row.label, Math.min(...row.probed.curves[one.name].skill.map(([value]) => value))])
    .filter(([, lowest]) => lowest < FLOOR);
  if (!cut.length) return null;
  const said = cut.map(([name, lowest]) => `${name} (to ${lowest.toFixed(1)})`);
  return el("p", { class: "note" }, `Below ${FLOOR} nothing is drawn: ${said.join(", ")}.`);
}

function strengthChart(one, rows, width) {
  const height = 300,
    left = 40,
    right = 12,
    top = 10,
    bottom = 40;
  const strengths = [0, ...one.strengths],
    spans = rows.flatMap((row) => row.probed.curves[one.name].skill);
  const all = spans.flatMap(([value, low, high]) => [value, low ?? value, high ?? value]);
  const low = Math.max(FLOOR, Math.min(0, ...all)),
    high = Math.max(...all, 0.1);
  const x = linear(0, strengths.at(-1), left + 10, width - right - 10),
    y = linear(low, high, height - bottom, top);
  const said = strengths.length > 2 ? (at) => `${at}` : (at) => (at ? "changed" : "as recorded");
  return picture(
    width,
    height,
    `Skill over ${one.unit || "the change"} of ${one.name.replaceAll("_", " ")}, a line a row; the table below has the numbers`,
    ticks(low, high, 5).map((tick) => [
      line(left, y(tick), width - right, y(tick)),
      words(left - 6, y(tick) + 4, `${tick}`, { "text-anchor": "end" }),
    ]),
    roomy(strengths, x).map((at) => words(x(at), height - bottom + 18, said(at), { "text-anchor": at === 0 ? "start" : at === strengths.at(-1) ? "end" : "middle" })),
    words(width - right, height - 4, `${one.unit} →`.trim(), { "text-anchor": "end" }),
    // a picture within the picture cuts off what lies below the floor
    draw("svg", { x: 0, y: 0, width, height: height - bottom + 6 }, rows.map((row, k) => {
      const ink = colour(row),
        shift = (k - (rows.length - 1) / 2) * 2; // intervals beside each other
      const points = row.probed.curves[one.name].skill.map((span, n) => [x(strengths[n]) + shift, span, strengths[n]]);
      return [
        draw("polyline", {
          points: points.map(([px, [value]]) => `${px},${y(value)}`).join(" "),
          fill: "none",
          stroke: ink,
          "stroke-width": 2,
          "stroke-dasharray": row.dash || null,
        }),
        ...points.map(([px, [value, from, to], at]) =>
          tipped(
            draw(
              "g",
              null,
              draw("circle", { cx: px, cy: y(value), r: 9, fill: "transparent" }),
              from === null ? null : line(px, y(from), px, y(to), { stroke: ink, "stroke-width": 2, opacity: 0.5, class: "" }),
              shape(row.kind, px, y(value), ink, 3.5),
            ),
            `${row.label}, ${at} ${one.unit}\nskill ${spanText([value, from, to])}`,
          ),
        ),
      ];
    })),
  );
}
