// The board itself: a head that sorts, a row a model, and under an open row its details.
function head(columns, sort, onsort) {
  return el(
    "thead",
    null,
    el(
      "tr",
      null,
      columns.map((column, k) => {
        const on = sort.column === k;
        const order = on ? (sort.descending ? "descending" : "ascending") : null;
        return el(
          "th",
          { scope: "col", "aria-sort": order, class: column.drawn ? "drawn" : null },
          el("button", { type: "button", "data-column": k, onclick: () => onsort(k) }, column.head),
          column.drawn ? column.axis : null,
        );
      }),
    ),
  );
}

function cell(view, column, row) {
  if (column.name) {
    return el(
      "th",
      { scope: "row" },
      el(
        "button",
        { type: "button", class: `name${row.best ? " bold" : ""}`, "aria-expanded": `${view.open.has(row.label)}` },
        row.label,
      ),
      el("span", { class: "kind" }, [KINDS[row.kind], ...row.remarks].join("; ")),
    );
  }
  if (column.drawn) {
    const best = view.task.rows.find((each) => each.kind !== "oracle");
    return el("td", { class: "drawn" }, interval(view.task, row, best, colour(row)));
  }
  return el("td", { class: column.main && row.best ? "bold" : null }, column.text(row));
}

/** The rows of a body with the details of those that are open. */
function body(view, columns, rows, onopen) {
  return rows.flatMap((row) => {
    const open = view.open.has(row.label);
    const toggle = (event) => {
      if (!getSelection().toString() || event.target.closest("button")) onopen(row);
    };
    const shown = el(
      "tr",
      { class: `row ${row.kind}${open ? " open" : ""}`, "data-row": row.label, onclick: toggle },
      columns.map((column) => cell(view, column, row)),
    );
    return open
      ? [shown, el("tr", { class: "details" }, el("td", { colspan: columns.length }, details(view, row)))]
      : [shown];
  });
}

function table(view, rows, onsort, onopen) {
  const shown = columns(view.task),
    column = shown[view.sort.column];
  shown.find((each) => each.drawn).axis = axis(view.task);
  const order = (wanted) =>
    sorted(
      rows.filter((row) => (row.kind === "oracle") === wanted),
      column,
      view.sort.descending,
    );
  const oracles = order(true);
  const apart = el(
    "tr",
    { class: "apart" },
    el(
      "th",
      { colspan: shown.length, scope: "rowgroup" },
      el("span", null, "Oracles: given facts that no encoder sees. They are points of reference, not limits, and are not ranked."),
    ),
  );
  return el(
    "table",
    { class: "board", "aria-label": `${view.task.name}: ${rows.length} rows` },
    head(shown, view.sort, onsort),
    el("tbody", { class: "ranked" }, body(view, shown, order(false), onopen)),
    oracles.length ? el("tbody", { class: "oracles" }, apart, body(view, shown, oracles, onopen)) : null,
  );
}
