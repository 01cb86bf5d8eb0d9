// The panel beside the scene: layers, touch, cameras, answers, conventions.
const LAYERS = [
  ["body", "body", SKIN],
  ["hands", "hands", HAND],
  ["object", "object", THING],
  ["table", "table", TABLE],
  ["touch", "touch", HEAT],
  ["graph", "arm graph: nodes and edges", RIGHT],
  ["axes", "axes: world, neck, object", AXES[0]],
  ["answers", "answers", ANSWERS[0]],
  ["floor", "floor", FLOOR],
];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function layerSwitches(state, changed) {
  const all = byId("layers");
  LAYERS.forEach(([name, text, colour], k) => {
    const box = element("input", { type: "checkbox", id: `layer-${name}`, checked: state.layers[name] });
    box.onchange = () => {
      state.layers[name] = box.checked;
      changed();
    };
    const swatch = element("i", { className: "swatch" });
    swatch.style.background = css(colour);
    all.append(element("label", { className: "layer", title: `key ${k + 1}` }, box, swatch, text));
  });
}

function cameraButtons(state, changed) {
  const all = byId("cameras"),
    views = element("div", { className: "row" }),
    more = element("div", { className: "row" });
  for (const name of VIEWS) {
    const button = element("button", { type: "button", textContent: name, id: `view-${name}` });
    button.onclick = () => {
      state.cameras[state.active].look(name, state.index());
      changed();
    };
    views.append(button);
  }
  const side = element("button", { type: "button", id: "side", textContent: "side by side" });
  side.onclick = () => {
    state.side = !state.side;
    changed();
  };
  const conventions = element("button", { type: "button", id: "convention", textContent: "conventions" });
  conventions.onclick = () => {
    turnConventions(state);
    changed();
  };
  more.append(side, conventions);
  all.append(views, more);
}

// Conventions bring the axes and touch by part with them, in the controls too, where both can be changed again.
function turnConventions(state) {
  state.conventions = !state.conventions;
  state.layers.axes = state.conventions;
  state.touch = state.conventions ? "parts" : "now";
}

// What the colours of touch mean, for what is shown.
function legend(shown, state) {
  const all = byId("legend"),
    mode = state.layers.touch ? state.touch : "off",
    looked = shown.looks[state.looks]; // then hands show that
  const wanted = `${shown.id} ${mode} ${state.looks}`;
  if (all.dataset.of === wanted) return;
  all.dataset.of = wanted;
  all.replaceChildren();
  if (mode === "now") all.append(key(HEAT, `touches in this frame, on ${looked ? "the object" : "hand and object"}`));
  if (mode === "share") {
    const bar = element("i", { className: "ramp" });
    bar.style.background = `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map((share) => css(ramp(share))).join()})`;
    all.append(bar, `0 to ${Math.round(100 * highestShare(shown))} % of the frames shown`);
  }
  if (mode === "parts") {
    const codes = [...new Set([...shown.body.touch, ...shown.thing.touch])].filter(Boolean).sort((a, b) => a - b);
    all.append(...codes.map((code) => key(partColour(code), `${code} ${shown.joints[code - 1].replaceAll("_", " ")}`)));
  }
}

// Whose view of the body is shown: of each model what it loses without joints and without touch, and its gates.
function looksChoice(looks, state, changed) {
  const all = byId("looks");
  byId("looking").hidden = !looks.length;
  const groups = {};
  looks.forEach(({ name, sense, block }, k) => {
    if (!block) return all.append(element("option", { value: k, textContent: `${name}: ${sense}` }));
    if (!groups[name]) all.append((groups[name] = element("optgroup", { label: `${name}: gates of attention` })));
    groups[name].append(element("option", { value: k, textContent: `gates of ${sense}, ${block}` }));
  });
  all.onchange = () => {
    state.looks = all.value;
    changed();
  };
}

function looksLegend(shown, state) {
  const all = byId("looks-legend"),
    look = shown.looks[state.looks],
    wanted = look ? `${shown.id} ${state.looks}` : "";
  byId("looks").value = state.looks;
  const tell = () => look && look.factors && (all.querySelector(".now").textContent = gatesTold(look, shown, state.index()));
  if (all.dataset.of === wanted) return tell();
  all.dataset.of = wanted;
  all.replaceChildren();
  if (!look) return;
  if (look.factors) {
    gatesLegend(all, look);
    return tell();
  }
  const most = look.most.toFixed(1),
    ends = element("span", { className: "ends" }, element("span", { textContent: `−${most}` }), element("span", { textContent: "0" }), element("span", { textContent: most })),
    bar = element("i", { className: "ramp" });
  bar.style.background = `linear-gradient(90deg, ${[-1, 0, 1].map((share) => css(lostColour(share))).join()})`;
  const what = look.sense === "touch" ? "the patch of skin never touches" : "the joint stays in its mean posture";
  all.append(bar, ends, `${look.unit} that ${look.name} loses where ${what}; blue: it gains. Mean of ${look.told}.`);
}

const highestShare = (shown) =>
  ["body", "thing"].reduce((most, part) => shareOf(shown, part).reduce((a, b) => Math.max(a, b), most), 0.01);

function answersPanel(shown) {
  const all = byId("answers");
  all.hidden = !shown.answers.length;
  all.replaceChildren(element("h2", { textContent: "Truth beside answers" }));
  if (shown.answers.some(({ thing }) => thing)) all.append(element("div", {}, key(THING, "true object")));
  if (shown.answers.some(({ arms }) => arms)) all.append(element("div", {}, key(RIGHT, "true right arm"), " ", key(LEFT, "left")));
  shown.answers.forEach(({ name, score, chances, truth }, k) => {
    all.append(element("div", {}, key(ANSWERS[k % 2], `${name}: ${score}`)));
    const five = Object.entries(chances).sort((a, b) => b[1] - a[1]);
    const kept = five.filter(([label], place) => place < 5 || label === truth);
    for (const [label, chance] of kept) {
      const bar = element("i");
      bar.style.width = `${Math.max(1, 100 * chance)}%`;
      bar.style.background = css(ANSWERS[k % 2]);
      const line = element("div", { className: `chance${label === truth ? " true" : ""}` });
      line.append(label + (label === truth ? " (true)" : ""), element("span", {}, bar), `${Math.round(100 * chance)} %`);
      all.append(line);
    }
  });
  if (shown.answers.some(({ thing, arms }) => thing || arms)) {
    all.append(element("p", { className: "note", textContent: "Asked at the ticks on the timeline; in between, drawn on the way from one to the next." }));
  }
}

function conventionsPanel(shown, state) {
  const all = byId("conventions");
  all.hidden = !state.conventions;
  if (all.hidden) return;
  const frame = state.index(),
    pose = Array.from(shown.thing.poses.slice(12 * frame, 12 * frame + 12)),
    number = (value) => value.toFixed(3).replace("-", "−"),
    touching = (part) => {
      const { touch } = shown[part],
        count = touch.shape[1],
        now = touch.subarray(frame * count, (frame + 1) * count);
      const codes = new Map();
      for (const code of now) if (code) codes.set(code, (codes.get(code) || 0) + 1);
      return [...codes].sort((a, b) => b[1] - a[1]);
    };
  const rows = [0, 1, 2].map((row) => [0, 1, 2].map((column) => number(pose[4 * row + column])).join("  ")).join("\n");
  const say = (title, text, pre = "") => [
    element("h2", { textContent: title }),
    element("p", { textContent: text }),
    ...(pre ? [element("pre", { textContent: pre, className: "note" })] : []),
  ];
  const told = touching("thing").map(([code, count]) => `${code} ${shown.joints[code - 1]}: ${count} vertices`);
  all.replaceChildren(
    ...say("World", `Metres. The axis that points up is ${"xyz"[shown.up.findIndex((value) => value)]}. x red, y green, z blue.`),
    ...say(
      "The object's rotation is transposed",
      "Files give an axis-angle whose matrix R multiplies rows: v R + t. For columns it is the transpose of R, below. The pale copy is the object with R itself, the common mistake. It turns about the mesh's origin, where its axes are drawn.",
      `R^T = ${rows.replaceAll("\n", "\n      ")}\nt   = ${[3, 7, 11].map((k) => number(pose[k])).join("  ")}`,
    ),
    ...say("Contact codes", "SMPL-X's joint plus 1; 0 is no contact. On the object now:", told.join("\n") || "none"),
    ...say("Neck frame", "Targets are told from the neck, in the axes of spine3 (object, drawn here) or of the pelvis (arms)."),
  );
}
