// What stands behind a row, put together when it is first opened.
const block = (heading, ...children) => el("div", null, el("h3", null, heading), ...children);
const made = new WeakMap(); // by row: 51 classes are 2,601 fields, which need not be drawn again at every change

function details(view, row) {
  if (!made.has(row)) made.set(row, detailsAnew(view, row));
  return made.get(row);
}

function detailsAnew(view, row) {
  const drawn = row.confusion
    ? confusion(view.task, row)
    : view.task.name === "body"
      ? bodyErrors(view.task, row)
      : null;
  const learnt = learning(row, colour(row)),
    from = origin(view.board, row);
  const score = people(view.task, row);
  const parts = (
    drawn
      ? [
          [drawn, score],
          [learnt, from],
        ]
      : [[learnt, score], [from]]
  ).map((column) => el("div", null, column));
  return el(
    "div",
    {
      class: "inside",
      role: "group",
      "aria-label": `Details of ${row.label}`,
      onclick: (event) => event.stopPropagation(),
    },
    parts,
  );
}
