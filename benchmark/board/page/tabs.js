// The page's parts as tabs: one is open, its link holds the focus, the others stay for print and for pages without script.
const PANELS = [...document.querySelectorAll(".view")];
const LINKS = [...byId("views").children];
const TABS = PANELS.map((panel) => LINKS.find((link) => link.hash === `#${panel.id}`));

/** The part whose tab is open, by its id. */
const openPart = () => PANELS.find((panel) => panel.classList.contains("open")).id;

/** Open a part; its tab alone is a stop of the Tab key. */
function openTab(id) {
  PANELS.forEach((panel, k) => {
    const chosen = panel.id === id;
    panel.classList.toggle("open", chosen);
    TABS[k].setAttribute("aria-selected", `${chosen}`);
    TABS[k].tabIndex = chosen ? 0 : -1;
  });
}

/** Write the open part and the task into the address, so that a link or a reload comes back to both. */
function address() {
  const part = openPart(),
    hash = part === PANELS[0].id ? view.task.name : `${part}/${view.task.name}`;
  try {
    history.replaceState(null, "", `#${hash}`);
  } catch {
    /* a sandboxed file has no history; nothing depends on it */
  }
}

/** Follow an address: a part, a task, both as `probes/body`, or anything inside of a part. */
function follow(hash) {
  const [first, second] = hash.slice(1).split("/");
  const task = view.board.tasks.find(({ name }) => name === first || name === second),
    inside = byId(first),
    panel = inside?.closest(".view") ?? (task && first === task.name ? PANELS[0] : null);
  if (task && task !== view.task) view.change({ task, sort: unsorted(task) });
  if (panel) openTab(panel.id);
  // it was closed when the browser looked for it; of a whole part its tab is seen, too
  if (inside && panel) (inside === panel ? byId("views") : inside).scrollIntoView();
}

function makeTabs() {
  const move = (event) => {
    const there = TABS.filter((tab) => !tab.hidden),
      last = there.length - 1,
      at = there.indexOf(event.currentTarget);
    const to = { ArrowRight: (at + 1) % (last + 1), ArrowLeft: at ? at - 1 : last, Home: 0, End: last, " ": at }[event.key];
    if (to === undefined) return;
    event.preventDefault(); // Space would scroll, and so would Home and End
    there[to].click();
    there[to].focus();
  };
  byId("views").setAttribute("role", "tablist");
  TABS.forEach((tab, k) => {
    const panel = PANELS[k];
    fill(tab, { role: "tab", id: `view-${panel.id}`, "aria-controls": panel.id, onkeydown: move }, []);
    fill(panel, { role: "tabpanel", "aria-labelledby": tab.id }, []);
    tab.addEventListener("click", (event) => {
      event.preventDefault(); // the tab is where it was: nothing to scroll to
      openTab(panel.id);
      address();
    });
  });
  // no other board of the page has them either
  TABS.find((tab) => tab.hash === "#probes").hidden = !BOARDS.some((board) => board.probes);
  openTab(PANELS[0].id);
  // a link within the page, also to where the address already is
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']:not([role='tab'])");
    if (link) follow(link.hash);
  });
  addEventListener("hashchange", () => follow(location.hash));
}
