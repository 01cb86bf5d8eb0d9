// What is chosen and what follows from it: board, task, kinds, a name, order, open rows; every change draws anew.
const BOARDS = JSON.parse(byId("data").textContent);
const CHOICES = { kind: "data", split: "split by", inputs: "inputs" };
const best = { column: 1, descending: null }; // the board's own order

const view = {
  board: BOARDS[0], task: BOARDS[0].tasks[0], kinds: new Set(Object.keys(KINDS)), text: "", open: new Set(), cost: "parameters", sort: null,
  change(what) { Object.assign(this, what); paint(); },
};
const unsorted = (task) => ({ ...best, descending: task.columns[0].up });
const dataName = (board) => `${board.kind === "synthetic" ? "synthetic" : "GRAB"} ${board.hash.slice(0, 12)}`;
const choice = (board, key) => (key === "kind" ? dataName(board) : board[key]);

function seen() {
  const text = view.text.trim().toLowerCase();
  return view.task.rows.filter((row) => view.kinds.has(row.kind) && row.label.toLowerCase().includes(text));
}

/** The board with the chosen value that has most else in common with the one shown. */
function choose(key, value) {
  const alike = (board) => Object.keys(CHOICES).filter((other) => choice(board, other) === choice(view.board, other)).length;
  const found = BOARDS.filter((board) => choice(board, key) === value).sort((a, b) => alike(b) - alike(a))[0];
  const task = found.tasks.find((each) => each.name === view.task.name) || found.tasks[0];
  view.change({ board: found, task, open: new Set(), sort: unsorted(task) });
}

function chooseTask(task) {
  view.change({ task, sort: unsorted(task) });
  try { history.replaceState(null, "", `#${task.name}`); } catch { /* a sandboxed file has no history; nothing depends on it */ }
}

function onsort(column) {
  const up = columns(view.task)[column].up, same = view.sort.column === column;
  view.change({ sort: { column, descending: same ? !view.sort.descending : up } });
}

function onopen(row) {
  if (!view.open.delete(row.label)) view.open.add(row.label);
  paint();
}

/** Open a row from afar and go there. */
function visit(row) {
  view.open.add(row.label);
  paint();
  const name = [...document.querySelectorAll(".row")].find((each) => each.dataset.row === row.label).querySelector(".name");
  name.focus({ preventScroll: true });
  name.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

function filters() {
  const selects = Object.entries(CHOICES).map(([key, name]) => {
    const values = [...new Set(BOARDS.map((board) => choice(board, key)))];
    return values.length > 1 && el("label", { class: "field" }, name, el("select", { "data-choice": key, onchange: (event) => choose(key, event.target.value) },
      values.map((value) => el("option", { value, selected: choice(view.board, key) === value }, value))));
  });
  const there = Object.keys(KINDS).filter((kind) => BOARDS.some((board) => board.tasks.some((task) => task.rows.some((row) => row.kind === kind))));
  const chips = there.map((kind) => el("button", { type: "button", class: "chip", "data-kind": kind, "aria-pressed": "true", onclick: () => {
    if (!view.kinds.delete(kind)) view.kinds.add(kind);
    paint();
  } }, KINDS[kind]));
  byId("filters").append(
    el("label", { class: "field" }, "model", el("input", { type: "search", id: "find", placeholder: "any name", autocomplete: "off",
      oninput: (event) => view.change({ text: event.target.value }) })),
    el("div", { class: "field", role: "group", "aria-label": "Rows" }, "rows", el("div", { class: "chips" }, chips)), ...selects.filter(Boolean));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
}

function tabs() {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tasks = view.board.tasks;
    chooseTask(tasks[(tasks.indexOf(view.task) + step + tasks.length) % tasks.length]);
    byId(`tab-${view.task.name}`).focus();
  };
  byId("tabs").replaceChildren(...view.board.tasks.map((task) => el("button", { type: "button", role: "tab", id: `tab-${task.name}`,
    "aria-selected": `${task === view.task}`, "aria-controls": "board", tabindex: task === view.task ? 0 : -1,
    onclick: () => chooseTask(task), onkeydown: move }, task.name)));
}

function legend(rows) {
  const sample = picture(40, 22, "", draw("rect", { x: 0, y: 0, width: 40, height: 22, fill: "var(--band)" }),
    line(4, 9, 36, 9, { stroke: "var(--soft)", "stroke-width": 4, "stroke-opacity": 0.5, class: "" }), shape("single", 20, 9, "var(--soft)", 4.5),
    [6, 14, 19, 30].map((x) => line(x, 15, x, 20, { stroke: "var(--soft)", class: "" })));
  const level = Math.round(100 * view.board.level);
  byId("legend").replaceChildren(
    el("span", null, sample, `point: mean over people; bar: its ${level} % interval; ticks: each person; shaded: interval of the best row`),
    el("span", null, el("b", null, "Bold"), " is tied with the best of its task"), el("span", null, "± sd over replicates"),
    ...kindKeys(Object.keys(KINDS).filter((kind) => rows.some((row) => row.kind === kind))));
}

/** A shade at the edge of the board where there is more of it. */
function more() {
  const { scrollLeft, clientWidth, scrollWidth, classList } = byId("table");
  classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 2);
}

/** Redrawing replaces what has the focus: it goes to the new one of the same kind. */
function keepFocus(paintAll) {
  const active = document.activeElement, row = active.closest?.(".row");
  const name = row && active.classList.contains("name") ? row.dataset.row : null;
  const wanted = ["column", "cost"].filter((key) => active.dataset?.[key]).map((key) => `[data-${key}="${active.dataset[key]}"]`)[0];
  const tab = active.id, scrolled = byId("table").scrollLeft;
  byId("tip").hidden = true;
  paintAll();
  byId("table").scrollLeft = scrolled;
  const again = name !== null ? [...document.querySelectorAll(".row")].find((each) => each.dataset.row === name)?.querySelector(".name")
    : wanted ? document.querySelector(wanted) : tab ? byId(tab) : null;
  if (again && again !== document.activeElement) again.focus({ preventScroll: true });
}

function paint() {
  keepFocus(() => {
    const { board, task } = view, rows = seen();
    tabs();
    for (const chip of document.querySelectorAll("[data-kind]")) chip.setAttribute("aria-pressed", `${view.kinds.has(chip.dataset.kind)}`);
    for (const select of document.querySelectorAll("select")) select.value = choice(board, select.dataset.choice);
    if (byId("banner")) byId("banner").hidden = board.kind !== "synthetic";
    byId("facts").textContent = [dataName(board), `split by ${board.split}`, board.inputs,
      `${board.replicates.length} replicates, ${board.held_out}`].join(" · ");
    byId("heading").textContent = `Task: ${task.name}`;
    byId("predicts").textContent = `Predicts ${task.predicts}.`;
    byId("count").textContent = `${rows.length} of ${task.rows.length} rows. Choose one to see what stands behind it.`;
    byId("method").textContent = task.method;
    byId("settings").querySelector("pre").textContent = JSON.stringify(board.settings, null, 2);
    const nothing = el("p", { class: "none" }, "No row fits the filters.");
    byId("table").replaceChildren(rows.length ? table(view, rows, onsort, onopen) : nothing);
    legend(rows);
    more();
    byId("costs").replaceChildren(...(rows.length ? costs(view, rows, visit) : []));
    byId("learning").replaceChildren(...learningOfAll(view, rows));
  });
}

const named = () => view.board.tasks.find((task) => `#${task.name}` === location.hash);
view.task = named() || view.task;
view.sort = unsorted(view.task);
theme();
filters();
paint();
NARROW.addEventListener("change", paint);
byId("table").addEventListener("scroll", more, { passive: true });
addEventListener("resize", more);
addEventListener("hashchange", () => named() && chooseTask(named()));
performance.mark("interactive");
