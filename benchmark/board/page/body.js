// The error of every joint on a figure seen from the front: the person's right arm is on the viewer's left.
const ARM = { collar: [-31, 18], shoulder: [-72, 30], elbow: [-88, 106], wrist: [-92, 174] };
const HAND = {
  // from the wrist: the first joint, and the step to the next
  thumb: [
    [33, 15],
    [11, 23],
  ],
  index: [
    [24, 50],
    [2, 26],
  ],
  middle: [
    [-1, 55],
    [0, 26],
  ],
  ring: [
    [-26, 52],
    [-1, 26],
  ],
  pinky: [
    [-49, 43],
    [-1, 25],
  ],
};
const HANGS = { shoulder: "collar", elbow: "shoulder", wrist: "elbow" };

/** Where a joint of the right arm is drawn, and what it hangs from. */
function place(part) {
  if (part in ARM) return { at: ARM[part], from: ARM[HANGS[part]] || [0, 0] };
  const found = /^(\D+)([123])$/.exec(part);
  if (!found || !(found[1] in HAND)) return null;
  const [first, step] = HAND[found[1]],
    number = +found[2];
  const along = (k) => [0, 1].map((d) => ARM.wrist[d] + first[d] + (k - 1) * step[d]);
  return { at: along(number), from: number === 1 ? ARM.wrist : along(number - 1) };
}

/** Joints of a row with their places and errors. */
function joints(row) {
  return Object.entries(row.metrics).flatMap(([key, [error]]) => {
    const named = /^joint_(right|left)_(.+)_cm$/.exec(key),
      where = named && place(named[2]);
    if (!where) return [];
    const mirror = ([x, y]) => [named[1] === "left" ? -x : x, y];
    return [{ side: named[1], part: named[2], error, at: mirror(where.at), from: mirror(where.from) }];
  });
}

function bodyErrors(task, row) {
  const found = joints(row),
    highest = Math.max(
      1e-9,
      ...task.rows.filter((each) => each.kind !== "oracle").flatMap((each) => joints(each).map((joint) => joint.error)),
    );
  const text = (error) => (error >= 9.95 ? error.toFixed(0) : error.toFixed(1));
  const marked = found.map((joint) => ({
    ...joint,
    share: joint.error / highest,
    text: text(joint.error),
    tip: `${joint.side} ${joint.part}: ${joint.error.toFixed(2)} cm`,
  }));
  const says = `Mean error per joint of ${row.label} in centimetres, drawn on a body seen from the front; the table below has the numbers`;
  const figure = bodyFigure(marked, says);
  return block(
    "Error per joint, cm",
    el(
      "p",
      { class: "note" },
      "Seen from the front, hands enlarged. The stronger the colour, the larger the error, on one scale for all rows.",
    ),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Body, scrolls" }, figure),
    scaleBar(highest),
    bySide(found),
  );
}

/** Marks on a body, each with its place, what it hangs from, a share of the colour, a text and a tip. */
function bodyFigure(marked, says) {
  const outline = { fill: "none", stroke: "var(--line)", "stroke-width": 2 };
  const torso = [
    draw("ellipse", { cx: 0, cy: -42, rx: 24, ry: 30, ...outline }),
    draw("path", { d: "M-72 30C-58 6-16 8 0-8C16 8 58 6 72 30M-56 56L-46 172M56 56L46 172", ...outline }),
  ];
  const bones = marked.map(({ at, from }) =>
    line(from[0], from[1], at[0], at[1], { stroke: "var(--soft)", "stroke-width": 3, class: "" }),
  );
  const sides = [
    ["right", -118],
    ["left", 118],
  ].map(([side, x]) => words(x, -8, `${side} arm`, { "text-anchor": "middle" }));
  const drawn = draw("g", { transform: "translate(157,76)" }, torso, bones, marked.map(spot), sides);
  const figure = picture(314, 372, says, drawn);
  figure.setAttribute("class", "figure");
  return figure;
}

/** One mark: the stronger its colour, the larger its share. */
function spot({ at, share, text, tip }) {
  const { fill, ink } = heat(share);
  return tipped(
    draw(
      "g",
      { class: "joint" },
      draw("circle", { cx: at[0], cy: at[1], r: 11.5, style: `fill:${fill}`, stroke: "var(--soft)" }),
      words(at[0], at[1] + 3.5, text, {
        "text-anchor": "middle",
        style: `fill:${ink};font-size:10px;font-weight:600`,
      }),
    ),
    tip,
  );
}

function scaleBar(highest) {
  const steps = Array.from({ length: 30 }, (_, k) =>
    draw("rect", { x: k * 6, y: 0, width: 6.5, height: 12, style: `fill:${heat(k / 29).fill}` }),
  );
  return el("p", { class: "keys" }, "0", picture(180, 12, "", steps), `${highest.toFixed(1)} cm`);
}

/** The same in numbers: arms joint by joint, fingers by their means. */
function bySide(found) {
  const groups = {
    ...Object.fromEntries(Object.keys(ARM).map((part) => [part, (joint) => joint.part === part])),
    ...Object.fromEntries(
      Object.keys(HAND).map((finger) => [`${finger}, mean of 3`, (joint) => joint.part.startsWith(finger)]),
    ),
  };
  const sides = ["right", "left"].filter((side) => found.some((joint) => joint.side === side));
  const mean = (wanted) => wanted.reduce((sum, joint) => sum + joint.error, 0) / wanted.length;
  const rows = Object.entries(groups).map(([name, is]) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, name),
      sides.map((side) => {
        const wanted = found.filter((joint) => joint.side === side && is(joint));
        return el("td", null, wanted.length ? mean(wanted).toFixed(2) : "");
      }),
    ),
  );
  return el(
    "details",
    null,
    el("summary", null, "In numbers"),
    el(
      "table",
      { class: "facts" },
      el(
        "thead",
        null,
        el(
          "tr",
          null,
          el("th", { scope: "col" }, "joint"),
          sides.map((side) => el("th", { scope: "col" }, side)),
        ),
      ),
      el("tbody", null, rows),
    ),
  );
}
