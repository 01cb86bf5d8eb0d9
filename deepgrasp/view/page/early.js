// How early a model knows: probabilities of the classes against the share of the action that it has seen.
const DASHES = ["", "9 4", "2 3", "9 3 2 3", "5 3"];
const percent = (share) => `${Math.round(100 * share)} %`;

// Plots of all answers that have them; gives what is to be told of each frame that is shown.
function earlyPlots(shown) {
  const all = byId("early"),
    told = shown.answers.filter(({ early }) => early).map(({ name, early }) => [name, early]);
  all.replaceChildren();
  const follow = told.map(([name, early]) => earlyPlot(all, name, early, shown.frames));
  return (frame) => follow.forEach((each) => each(frame));
}

// The share that is seen by a frame, and how many of the shares that were asked.
function seenBy(early, frames, frame) {
  const { shares, until } = early,
    count = until.filter((each) => each <= frame).length;
  if (!count || count === shares.length) return [count ? 1 : 0, count];
  const from = frames[until[count - 1]],
    way = (frames[frame] - from) / (frames[until[count]] - from);
  return [shares[count - 1] + way * (shares[count] - shares[count - 1]), count];
}

function earlyPlot(all, name, early, frames) {
  const { shares, chances, classes, truth, foremost, knownFrom } = early,
    called = (k) => classes[k] + (classes[k] === truth ? " (true)" : ""),
    last = chances.length - 1,
    likeliest = (k) => chances[k].indexOf(Math.max(...chances[k]));
  const summary = knownFrom === null ? `not ${truth} at the end: ${classes[likeliest(last)]}` : `${truth} from ${percent(knownFrom)} on`;
  const up = (value) => 95 - 90 * value,
    look = (k) => {
      const place = foremost.indexOf(k);
      if (place < 0) return { stroke: "var(--line)", "stroke-width": 1, class: "other" };
      if (!place) return { stroke: "var(--ink)", "stroke-width": 3.5, class: "truth" };
      return { stroke: `var(--class-${place})`, "stroke-width": 2, "stroke-dasharray": DASHES[place - 1], class: "foremost" };
    };
  // the others first, the true one last: on top
  const order = [...classes.keys()].sort((a, b) => (foremost.indexOf(b) + 1 || 99) - (foremost.indexOf(a) + 1 || 99));
  const lines = order.map((k) =>
    svg("polyline", {
      points: shares.map((share, n) => `${(100 * share).toFixed(2)},${up(chances[n][k]).toFixed(2)}`).join(" "),
      fill: "none",
      "vector-effect": "non-scaling-stroke",
      ...look(k),
    }),
  );
  const inner = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", width: "100%", height: "100%", class: "lines" }, ...lines);
  const rules = [0, 0.5, 1].flatMap((value) => {
    const y = `${up(value)}%`,
      text = svg("text", { x: 2, y, dy: value ? "1.1em" : "-0.4em" });
    text.textContent = percent(value);
    return [svg("line", { x1: 0, x2: "100%", y1: y, y2: y, class: "rule" }), text];
  });
  const now = svg("line", { class: "seen", y1: 0, y2: "100%" });
  const shape = svg("svg", { role: "img", "aria-label": `${name}: chance of each class by the share of the action seen. It names ${summary}. The table below has the numbers.` }, ...rules, inner, now);
  const scale = element("div", { className: "scale" });
  for (const share of [0, 25, 50, 75, 100]) {
    const mark = element("span", { textContent: share ? `${share} %` : "0" });
    mark.style.left = `${share}%`;
    mark.style.transform = `translateX(${{ 0: 0, 100: -100 }[share] ?? -50}%)`; // the first and the last stay inside
    scale.append(mark);
  }
  scale.setAttribute("aria-hidden", "true");
  const keys = foremost.map((k) => {
    const { class: kind, ...stroke } = look(k);
    return element("span", { className: `key ${kind}` }, svg("svg", { class: "dash", "aria-hidden": "true" }, svg("line", { x1: 0, x2: 26, y1: 6, y2: 6, ...stroke })), called(k));
  });
  const more = classes.length - foremost.length;
  if (more > 0) keys.push(element("span", { textContent: `thin: ${more} other${more > 1 ? "s" : ""}` }));
  const readout = element("p", { className: "readout" });
  const [table, rows] = earlyTable(early, called, likeliest);
  all.append(
    element(
      "div",
      { className: "plot early" },
      element("p", {}, element("b", { textContent: `${name}: chances of the classes by the share of the action seen` }), summary),
      shape,
      scale,
      element("p", { className: "keys" }, ...keys),
      readout,
      element("details", {}, element("summary", { textContent: `Table of ${name}'s chances` }), table),
    ),
  );
  return (frame) => {
    const [share, count] = seenBy(early, frames, frame);
    for (const end of ["x1", "x2"]) now.setAttribute(end, `${100 * share}%`);
    rows.forEach((row, k) => (k === count - 1 ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")));
    const true_ = classes.indexOf(truth),
      first = count && likeliest(count - 1);
    readout.textContent = count
      ? `After ${percent(shares[count - 1])}: ${called(first)} ${percent(chances[count - 1][first])}` +
        (first === true_ ? "." : `, ${called(true_)} ${percent(chances[count - 1][true_])}.`)
      : "Nothing is seen yet.";
  };
}

// A row a share: the likeliest class, and the chances of those that are drawn by name.
function earlyTable({ shares, chances, foremost }, called, likeliest) {
  const cell = (kind, text, more = {}) => element(kind, { textContent: text, ...more });
  const head = element("tr", {}, ...["seen", "likeliest", ...foremost.map(called)].map((text) => cell("th", text, { scope: "col" })));
  const rows = shares.map((share, n) =>
    element(
      "tr",
      {},
      cell("th", percent(share), { scope: "row" }),
      cell("td", called(likeliest(n))),
      ...foremost.map((k) => cell("td", percent(chances[n][k]), { className: k === likeliest(n) ? "most" : "" })),
    ),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  // wider than a phone: what scrolls must be reached by keys
  const region = element("div", { className: "scrolled", tabIndex: 0 }, table);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "Chances of the classes by the share seen");
  return [region, rows];
}
