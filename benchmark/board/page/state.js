// What is chosen, and how that changes: board, task, kinds, a name, order, open rows.
const BOARDS = JSON.parse(byId("data").textContent);
const CHOICES = { kind: "data", split: "split by", inputs: "inputs" };

const view = {
  board: BOARDS[0],
  task: BOARDS[0].tasks[0],
  kinds: new Set(Object.keys(KINDS)),
  text: "",
  open: new Set(),
  cost: "parameters",
  sort: null,
  change(what) {
    Object.assign(this, what);
    paint();
  },
};

/** The board's own order. */
const unsorted = (task) => ({ column: 1, descending: task.columns[0].up });
/** Whose data a board is of; boards of earlier code do not say it, and were of these two. */
const sourceName = (board) => (board.kind === "synthetic" ? "synthetic" : (board.data ?? "GRAB"));
const dataName = (board) => `${sourceName(board)} ${board.hash.slice(0, 12)}`;
const choice = (board, key) => (key === "kind" ? `${dataName(board)}, ${board.people} people` : board[key]);

/** Those of some rows that fit the filters; by default of the task's. */
function seen(rows = view.task.rows) {
  const text = view.text.trim().toLowerCase();
  return rows.filter((row) => view.kinds.has(row.kind) && row.label.toLowerCase().includes(text));
}

/** The board with the chosen value that has most else in common with the one shown. */
function choose(key, value) {
  const alike = (board) =>
    Object.keys(CHOICES).filter((other) => choice(board, other) === choice(view.board, other)).length;
  const found = BOARDS.filter((board) => choice(board, key) === value).sort((a, b) => alike(b) - alike(a))[0];
  const task = found.tasks.find((each) => each.name === view.task.name) || found.tasks[0];
  view.change({ board: found, task, open: new Set(), sort: unsorted(task) });
}

function chooseTask(task) {
  view.change({ task, sort: unsorted(task) });
  address();
}

function onsort(column) {
  const up = columns(view.task)[column].up,
    same = view.sort.column === column;
  view.change({ sort: { column, descending: same ? !view.sort.descending : up } });
}

function onopen(row) {
  if (!view.open.delete(row.label)) view.open.add(row.label);
  paint();
}

/** Open a row from afar and go there. */
function visit(row) {
  view.open.add(row.label);
  openTab("board");
  address();
  paint();
  const name = [...document.querySelectorAll(".row")]
    .find((each) => each.dataset.row === row.label)
    .querySelector(".name");
  name.focus({ preventScroll: true });
  name.scrollIntoView({
    block: "center",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
}
