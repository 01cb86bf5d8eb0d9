// What is chosen with: filters and tasks; and the key to the board's marks.
function filters() {
  const selects = Object.entries(CHOICES).map(([key, name]) => {
    const values = [...new Set(BOARDS.map((board) => choice(board, key)))];
    return (
      values.length > 1 &&
      el(
        "label",
        { class: "field" },
        name,
        el(
          "select",
          { "data-choice": key, onchange: (event) => choose(key, event.target.value) },
          values.map((value) => el("option", { value, selected: choice(view.board, key) === value }, value)),
        ),
      )
    );
  });
  const there = Object.keys(KINDS).filter((kind) =>
    BOARDS.some((board) => board.tasks.some((task) => task.rows.some((row) => row.kind === kind))),
  );
  const chips = there.map((kind) =>
    el(
      "button",
      {
        type: "button",
        class: "chip",
        "data-kind": kind,
        "aria-pressed": "true",
        onclick: () => {
          if (!view.kinds.delete(kind)) view.kinds.add(kind);
          paint();
        },
      },
      KINDS[kind],
    ),
  );
  byId("filters").append(
    el(
      "label",
      { class: "field" },
      "model",
      el("input", {
        type: "search",
        id: "find",
        placeholder: "any name",
        autocomplete: "off",
        oninput: (event) => view.change({ text: event.target.value }),
      }),
    ),
    el("div", { class: "field", role: "group", "aria-label": "Rows" }, "rows", el("div", { class: "chips" }, chips)),
    ...selects.filter(Boolean),
  );
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
}

/** The task that the tabs are about. */
function taskChoice() {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tasks = view.board.tasks;
    chooseTask(tasks[(tasks.indexOf(view.task) + step + tasks.length) % tasks.length]);
    byId(`task-${view.task.name}`).focus();
  };
  byId("tasks").replaceChildren(
    ...view.board.tasks.map((task) =>
      el(
        "button",
        {
          type: "button",
          role: "radio",
          id: `task-${task.name}`,
          "aria-checked": `${task === view.task}`,
          tabindex: task === view.task ? 0 : -1,
          onclick: () => chooseTask(task),
          onkeydown: move,
        },
        task.name,
      ),
    ),
  );
}

function legend(rows) {
  const sample = picture(
    40,
    22,
    "",
    draw("rect", { x: 0, y: 0, width: 40, height: 22, fill: "var(--band)" }),
    line(4, 9, 36, 9, { stroke: "var(--soft)", "stroke-width": 4, "stroke-opacity": 0.5, class: "" }),
    shape("single", 20, 9, "var(--soft)", 4.5),
    [6, 14, 19, 30].map((x) => line(x, 15, x, 20, { stroke: "var(--soft)", class: "" })),
  );
  const level = Math.round(100 * view.board.level);
  byId("legend").replaceChildren(
    el(
      "span",
      null,
      sample,
      `point: mean over the tested people; bar: its ${level} % interval; ticks: each person; shaded: interval of the best row`,
    ),
    el("span", null, el("b", null, "Bold"), ` may be the best of its task: these rows are a ${level} % confidence set for the best one`),
    el("span", null, `P(best): how likely a row is truly the best; ranks: where it lies with ${level} %`),
    el("span", null, "skill: 0 is the trivial answer, 1 the ceiling"),
    ...kindKeys(Object.keys(KINDS).filter((kind) => rows.some((row) => row.kind === kind))),
  );
}
