// Gates of attention as colours: what a block multiplies each joint or patch by, in the frame that is shown.
// Viridis: bright is weighed more; none of it is the grey of skin that no node reaches.
const GATES = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

function gateColour(look, factor) {
  const [low, high] = look.range,
    share = high > low ? Math.max(0, Math.min(1, (factor - low) / (high - low))) : 1,
    k = Math.min(GATES.length - 2, Math.floor(share * (GATES.length - 1)));
  return blend(GATES[k], GATES[k + 1], share * (GATES.length - 1) - k);
}

// Factors of the nodes in a frame, between those that the block has; none where the network does not see the frame.
function gatesIn(look, frames, frame) {
  const [first, last] = look.window;
  if (frame < first || frame > last) return null;
  const end = look.at[look.at.length - 1]; // a block that skips frames has none at the window's end: the last one holds
  return mixed(look.factors, look.nodes.length, between(look.at, frames, frames[Math.min(frame, end)]));
}

// The colour of each vertex: a joint reaches it as far as it moves it, a patch has all of its vertices.
function gateColours(look, shown, frame) {
  const factors = gatesIn(look, shown.frames, frame);
  if (!factors) return () => SKIN;
  if (look.sense === "touch") return (v) => (look.patches[v] ? gateColour(look, factors[look.patches[v] - 1]) : SKIN);
  const node = shown.joints.map((joint) => look.nodes.indexOf(joint)),
    { counts, weighted, weights } = shown.body;
  let at = 0; // vertices come one after the other, from the first
  return (v) => {
    if (!v) at = 0;
    let [sum, reach] = [0, 0];
    for (let n = counts[v]; n > 0; n -= 1, at += 1) {
      const k = node[weighted[at]];
      if (k < 0) continue;
      sum += weights[at] * factors[k];
      reach += weights[at];
    }
    return reach > 0.005 ? blend(SKIN, gateColour(look, sum / reach), Math.min(1, reach)) : SKIN;
  };
}

// The colour of a node of the arm graph, if it is one that is looked at.
function gateOfNode(look, shown, frame) {
  if (!look || !look.factors || look.sense === "touch") return () => null;
  const factors = gatesIn(look, shown.frames, frame);
  return (name) => (factors && look.nodes.includes(name) ? gateColour(look, factors[look.nodes.indexOf(name)]) : null);
}

function gatesLegend(all, look) {
  const ends = element("span", { className: "ends" }, ...look.range.map((value) => element("span", { textContent: value.toFixed(2) }))),
    bar = element("i", { className: "ramp" });
  bar.style.background = `linear-gradient(90deg, ${GATES.map(css).join()})`;
  const [one, grey] = look.sense === "touch" ? ["patch of skin", "skin of no patch"] : ["joint", "skin that no joint of the graph moves"];
  all.append(
    bar,
    ends,
    `${look.name}, ${look.block}: the factor by which it multiplies what each ${one} tells, its gate over nodes times that over frames (each 1 to 2). ` +
      `Lowest to highest in this recording. Grey: ${grey}, or a frame that the network does not see.`,
    element("span", { className: "now" }),
  );
}

// The same in words, for the frame that is shown.
function gatesTold(look, shown, frame) {
  const factors = gatesIn(look, shown.frames, frame);
  if (!factors) return "Now: a frame that the network does not see.";
  const order = look.nodes.map((name, k) => [factors[k], name.replaceAll("_", " ")]).sort((a, b) => b[0] - a[0]),
    say = ([factor, name]) => `${name} ${factor.toFixed(2)}`;
  return `Now highest: ${order.slice(0, 3).map(say).join(", ")}; lowest: ${say(order[order.length - 1])}.`;
}
