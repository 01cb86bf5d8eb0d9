// What each model of the board is, in its author's words, what it sees and what it costs; and which are not on it.
const SIZES = { parameters: "parameters", multiply_adds: "multiply-adds a sample", seconds: "seconds of training" };

/** From the least to the largest of a cost over the tasks, as text; empty where nobody measured it. */
function span(rows, key) {
  const all = rows.map((row) => row.cost[key]).filter((value) => value > 0);
  const [low, high] = [Math.min(...all), Math.max(...all)].map((value) => (all.length ? short(value) : ""));
  return low === high ? low : `${low} - ${high}`;
}

function card(name, texts, rows) {
  const streams = rows[0]?.hyperparameters.streams; // of a row from outside it may be anything
  const facts = [
    ["sees", Array.isArray(streams) ? streams.join(", ") : ""],
    ...Object.entries(SIZES).map(([key, unit]) => [unit, span(rows, key)]),
    ["milliseconds for one window, p50", span(rows, "latency_p50_ms")],
  ].filter(([, text]) => text);
  return el(
    "article",
    { class: "card" },
    el("h3", null, name),
    rows.length ? null : el("p", { class: "note" }, "Not on this board."),
    texts.map((text) => el("p", null, text)),
    el(
      "dl",
      null,
      facts.flatMap(([term, text]) => [el("dt", null, term), el("dd", null, text)]),
    ),
  );
}

/** A card for each model of the board and for every other entrant, and a line that names those on other boards alone. */
function cards(board) {
  const names = (each) => new Set(each.tasks.flatMap((task) => task.rows.map((row) => row.model)));
  const here = names(board);
  const rowsOf = (name) => board.tasks.flatMap((task) => task.rows.filter((row) => row.model === name));
  const elsewhere = BOARDS.filter((other) => other !== board).map((other) => [
    other,
    [...names(other)].filter((name) => !here.has(name)),
  ]);
  const lines = elsewhere
    .filter(([, missing]) => missing.length)
    .map(([other, missing]) =>
      el("p", { class: "note" }, `Only on the board of ${boardName(other)}: ${missing.sort().join(", ")}.`),
    );
  // those of the board first
  const told = Object.entries(board.about || {}).sort(([a], [b]) => here.has(b) - here.has(a));
  return [...lines, el("div", { class: "cards" }, told.map(([name, texts]) => card(name, texts, rowsOf(name))))];
}

const boardName = (board) => `${dataName(board)}, ${board.people} people, split by ${board.split}`;
