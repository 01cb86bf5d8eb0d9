// Which sense a row follows, how far the felt hand moves, and which joints and patches a row looks at.
const SENSES = { touch: "touch", pose: "posture" };

/** A mark for each sense: filled for touch, hollow for posture. */
const senseMark = (sense, x, y, ink) =>
  draw("circle", { cx: x, cy: y, r: 5.5, fill: sense === "touch" ? ink : "var(--panel)", stroke: ink, "stroke-width": 2 });

/** Weights of touch and posture, from 0 to 1, a line a row. */
function probeSenses(held, rows) {
  const [one, choice] = perturbation(held, (each) => rows.some((row) => row.probed.weights[each.name]));
  if (!one) return [el("p", { class: "note" }, "No exchange of touch was asked of these rows.")];
  const drawn = rows.filter((row) => row.probed.weights[one.name]);
  const lines = drawn.map((row) => {
    const found = row.probed.weights[one.name];
    return [row.label, ...Object.keys(SENSES).map((sense) => spanText(found[sense]))];
  });
  return [
    ...choice,
    el(
      "p",
      { class: "note" },
      "Weight of a sense: how far the answer moves to that of the recording from which the sense was taken. 0: it is ignored; 1: it decides alone.",
    ),
    el(
      "div",
      { class: "keys" },
      Object.entries(SENSES).map(([sense, name]) =>
        el("span", null, picture(18, 18, "", senseMark(sense, 9, 9, "var(--soft)")), name),
      ),
    ),
    fitted(el("div"), (width) => weightsChart(one, drawn, width)),
    probeTable(`In numbers: weights under ${one.name.replaceAll("_", " ")}`, Object.values(SENSES), lines),
  ];
}

function weightsChart(one, rows, width) {
  const step = 34,
    left = Math.min(130, width * 0.34),
    height = rows.length * step + 26,
    x = linear(0, 1, left + 8, width - 12);
  return picture(
    width,
    height,
    "Weights of touch and posture from 0 to 1, a line a row; the table below has the numbers",
    [0, 0.25, 0.5, 0.75, 1].map((tick) => [
      line(x(tick), 4, x(tick), height - 22),
      words(x(tick), height - 6, `${tick}`, { "text-anchor": "middle" }),
    ]),
    rows.map((row, k) => {
      const ink = colour(row),
        middle = k * step + step / 2;
      const marks = Object.keys(SENSES).map((sense, n) => {
        const [value, low, high] = row.probed.weights[one.name][sense],
          y = middle + (n ? 6 : -6);
        if (value === null) return null;
        return tipped(
          draw(
            "g",
            null,
            low === null ? null : line(x(low), y, x(high), y, { stroke: ink, "stroke-width": 4, opacity: 0.4, class: "" }),
            senseMark(sense, x(value), y, ink),
          ),
          `${row.label}\n${SENSES[sense]}: ${spanText([value, low, high])}`,
        );
      });
      return [words(left, middle + 4, row.label, { "text-anchor": "end", style: "fill:var(--ink)" }), ...marks];
    }),
  );
}

const WAYS = ["inwards", "up", "to the front"];

/** Drift of the estimated hand: seen from above, and in numbers. */
function probeDrift(held, rows) {
  const [one, choice] = perturbation(held, (each) => rows.some((row) => row.probed.drift[each.name]));
  if (!one) {
    return [el("p", { class: "note" }, "This task estimates no hand. The task of joint positions does: choose it above.")];
  }
  const drawn = rows.filter((row) => row.probed.drift[one.name]);
  const asked = drawn[0].probed.drift[one.name].map((each) => each.asked);
  const still = asked.every((cm) => cm < 1e-6);
  const lines = drawn.map((row) => [
    row.label,
    ...row.probed.drift[one.name].map((each) => spanText(still ? each.size : each.along, 1)),
  ]);
  const heads = one.strengths.map((strength, k) => (still ? "cm, any way" : `${strength} ${one.unit}: cm of ${asked[k].toFixed(1)}`));
  return [
    ...choice,
    el(
      "p",
      { class: "note" },
      still
        ? "The posture stays, so the hand should be felt where it was."
        : "The posture that is seen puts the hand elsewhere (dashed). Seen from above: how far each row's estimate goes along.",
    ),
    el(
      "div",
      { class: "keys" },
      drawn.map((row) => el("span", null, picture(18, 18, "", shape(row.kind, 9, 9, colour(row), 5)), row.label)),
    ),
    fitted(el("div"), (width) => driftChart(one, drawn, Math.min(width, 460))),
    probeTable("In numbers: drift of the wrist", heads, lines),
    probeTable(
      `In numbers: which way at ${one.strengths.at(-1)} ${one.unit}, cm`.replace(" ,", ","),
      WAYS,
      drawn.map((row) => [row.label, ...row.probed.drift[one.name].at(-1).moved.map((each) => spanText(each, 1))]),
    ),
  ];
}

function driftChart(one, rows, width) {
  const height = width,
    last = rows.map((row) => ({ row, ...row.probed.drift[one.name].at(-1) }));
  const flat = ([inwards, , front]) => [inwards, front], // from above
    middle = (spans) => spans.map(([value]) => value);
  const all = last.flatMap((each) => [flat(middle(each.moved)), flat(each.imposed)]);
  const reach = Math.max(1, ...all.flat().map(Math.abs)) * 1.15;
  const x = linear(-reach, reach, 20, width - 20),
    scale = (width - 40) / (2 * reach),
    y = (front) => height / 2 - front * scale;
  const [imposed] = last.map((each) => flat(each.imposed));
  return picture(
    width,
    height,
    "Drift of the estimated wrist seen from above, an arrow a row; the table below has the numbers",
    line(20, y(0), width - 20, y(0)),
    line(x(0), 8, x(0), height - 8),
    words(width - 20, y(0) - 6, "inwards →", { "text-anchor": "end" }),
    words(x(0) + 6, 16, "↑ to the front"),
    words(20, height - 6, `${(reach / 1.15).toFixed(1)} cm: the longest`),
    line(x(0), y(0), x(imposed[0]), y(imposed[1]), { stroke: "var(--ink)", "stroke-width": 2, "stroke-dasharray": "6 4", class: "" }),
    last.map(({ row, moved, along, asked }) => {
      const [px, py] = [x(flat(middle(moved))[0]), y(flat(middle(moved))[1])],
        ink = colour(row);
      return tipped(
        draw("g", null, line(x(0), y(0), px, py, { stroke: ink, "stroke-width": 3, class: "" }), shape(row.kind, px, py, ink, 5)),
        [`${row.label}: ${spanText(along, 1)} of ${asked.toFixed(1)} cm`, ...WAYS.map((way, k) => `${way}: ${spanText(moved[k], 1)} cm`)].join("\n"),
      );
    }),
  );
}

/** Importance of each joint, on a body, and of each patch, on two hands. */
function probeWhere(held, rows) {
  const known = rows.filter((row) => row.probed.where);
  if (!known.length) return [el("p", { class: "note" }, "None of these rows was asked with joints and patches silenced.")];
  const row = known.find((each) => each.label === probing.row) || known[0],
    { lost, attributed, agreement } = row.probed.where;
  const by = probing.by === "lost" ? lost : attributed,
    highest = Math.max(1e-9, ...by.map(([value]) => value));
  const text = (value) => (probing.by === "lost" ? (100 * value).toFixed(0) : value.toFixed(value < 0.95 ? 1 : 0)).replace(/^-(?=0(\.0)?$)/, "");
  const marks = held.places.map((each, k) => ({
    ...each,
    value: by[k][0],
    share: by[k][0] / highest,
    text: text(by[k][0]),
    tip: `${each.name.replaceAll("_", " ")}\nskill lost without it: ${spanText(lost[k], 3)}\nit lowers the loss by ${spanText(attributed[k], 3)}`,
  }));
  const first = marks.map((each, k) => [each, k]).sort(([one], [other]) => other.value - one.value);
  return [
    el(
      "div",
      { class: "choices" },
      chosen("row", "row", { "": known.map((each) => [each.label, each.label]) }, row.label),
      chosen("by", "by", { "": Object.entries({ lost: "skill lost without it", attributed: "integrated gradients" }) }, probing.by),
    ),
    el(
      "p",
      { class: "note" },
      probing.by === "lost"
        ? "Numbers are points of skill (hundredths) that are lost when a joint stays in its mean posture, or a patch never touches."
        : "By how much a joint or patch lowers the loss, on the way from the mean posture without touch.",
      ` Both agree by a rank correlation of ${spanText(agreement)}.`,
    ),
    el(
      "div",
      { class: "maps" },
      jointMap(marks.filter((each) => each.sense === "pose"), row),
      patchMap(marks.filter((each) => each.at), row),
    ),
    probeTable(
      "In numbers: all joints and patches",
      ["skill lost without it", "lowers the loss by"],
      first.map(([each, k]) => [each.name.replaceAll("_", " "), spanText(lost[k], 3), spanText(attributed[k], 3)]),
    ),
  ];
}

function jointMap(marks, row) {
  const placed = marks.flatMap((each) => {
    if (each.name === "neck") return [{ ...each, at: [0, -6], from: [0, -6] }];
    const [, side, part] = /^(right|left)_(.+)$/.exec(each.name) || [],
      where = part && place(part),
      mirror = ([x, y]) => [side === "left" ? -x : x, y];
    return where ? [{ ...each, at: mirror(where.at), from: mirror(where.from) }] : [];
  });
  return bodyFigure(placed, `Importance of each joint for ${row.label}, on a body seen from the front; the table below has the numbers`);
}

/** Palms towards the viewer, fingers up: the right hand's thumb points to the right. */
function patchMap(marks, row) {
  const hands = ["right", "left"].filter((side) => marks.some((each) => each.name.startsWith(side)));
  const drawn = hands.map((side, k) => {
    const middle = 78 + 158 * k,
      mirror = side === "right" ? 1 : -1,
      at = ([x, y]) => [middle + mirror * x * 190 - mirror * 8, 232 - y * 205];
    const fingers = Object.values(HAND).map(([first, [dx, dy]]) => {
      const [x, y] = first,
        point = (n) => [middle + mirror * (x + n * dx) * 0.9 - mirror * 8, 226 - (y + n * dy) * 1.45];
      return draw("polyline", {
        points: [[middle - mirror * 8, 226 - 30], point(0), point(3)].map((each) => each.join()).join(" "),
        fill: "none",
        stroke: "var(--line)",
        "stroke-width": 24,
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
      });
    });
    const mine = marks.filter((each) => each.name.startsWith(side)).map((each) => spot({ ...each, at: at(each.at) }));
    return [draw("g", { opacity: 0.5 }, fingers), ...mine, words(middle, 258, `${side} palm`, { "text-anchor": "middle" })];
  });
  const figure = picture(314, 266, `Importance of each touch patch for ${row.label}, on the hands; the table below has the numbers`, drawn);
  figure.setAttribute("class", "figure");
  return figure;
}
