// Draws the page anew after every change, and begins.
/** A shade at the edge of the board where there is more of it. */
function more() {
  const { scrollLeft, clientWidth, scrollWidth, classList } = byId("table");
  classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 2);
}

/** Redrawing replaces what has the focus: it goes to the new one of the same kind. */
function keepFocus(paintAll) {
  const active = document.activeElement,
    row = active.closest?.(".row");
  const name = row && active.classList.contains("name") ? row.dataset.row : null;
  const wanted = ["column", "cost"]
    .filter((key) => active.dataset?.[key])
    .map((key) => `[data-${key}="${active.dataset[key]}"]`)[0];
  const tab = active.id,
    scrolled = byId("table").scrollLeft;
  byId("tip").hidden = true;
  paintAll();
  byId("table").scrollLeft = scrolled;
  const again =
    name !== null
      ? [...document.querySelectorAll(".row")].find((each) => each.dataset.row === name)?.querySelector(".name")
      : wanted
        ? document.querySelector(wanted)
        : tab
          ? byId(tab)
          : null;
  if (again && again !== document.activeElement) again.focus({ preventScroll: true });
}

function paint() {
  keepFocus(() => {
    const { board, task } = view,
      rows = seen();
    taskChoice();
    for (const chip of document.querySelectorAll("[data-kind]"))
      chip.setAttribute("aria-pressed", `${view.kinds.has(chip.dataset.kind)}`);
    for (const select of document.querySelectorAll("select")) select.value = choice(board, select.dataset.choice);
    if (byId("banner")) byId("banner").hidden = board.kind !== "synthetic";
    byId("facts").textContent = [
      dataName(board),
      `split by ${board.split}`,
      board.inputs,
      `${board.replicates.length} replicates, ${board.held_out}`,
      board.release && `version ${board.release}`,
    ]
      .filter(Boolean)
      .join(" · ");
    byId("heading").textContent = `Task: ${task.name}`;
    byId("predicts").textContent = `Predicts ${task.predicts}.`;
    byId("count").textContent = `${rows.length} of ${task.rows.length} rows. Choose one to see what stands behind it.`;
    byId("method").textContent = task.method;
    byId("settings").querySelector("pre").textContent = JSON.stringify(board.settings, null, 2);
    const nothing = el("p", { class: "none" }, "No row fits the filters.");
    byId("table").replaceChildren(rows.length ? table(view, rows, onsort, onopen) : nothing);
    legend(rows);
    byId("told").textContent = task.facts;
    byId("pairs").replaceChildren(...pairs(task));
    more();
    byId("costs").replaceChildren(...(rows.length ? costs(view, rows, visit) : []));
    byId("learning").replaceChildren(...learningOfAll(view, rows));
    const growth = overRecordings(view, visit);
    byId("recordings").hidden = !growth.length;
    byId("recordings").querySelector("div").replaceChildren(...growth);
    byId("known").replaceChildren(...probes(view).filter(Boolean));
    byId("about").querySelector("div").replaceChildren(...cards(board));
  });
}

view.sort = unsorted(view.task);
if (ELSEWHERE) byId("gallery").href = `../${byId("gallery").getAttribute("href")}`;
theme();
filters();
makeTabs();
paint();
follow(location.hash);
NARROW.addEventListener("change", paint);
byId("table").addEventListener("scroll", more, { passive: true });
addEventListener("resize", more);
performance.mark("interactive");
