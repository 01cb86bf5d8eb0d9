// Puts the page together: what is shown, drawn and heard, and `window.scene` for tests and films.
const data = JSON.parse(byId("data").textContent);
const state = {
  layers: Object.fromEntries(LAYERS.map(([name]) => [name, !["graph", "axes"].includes(name)])),
  touch: "now",
  looks: "", // nobody's, or its place among what the models look at
  side: Boolean(data.opened.conventions),
  conventions: false,
  active: 0,
  cameras: [],
  index: () => (line ? line.index : 0),
};
if (data.opened.conventions) turnConventions(state);
const drawing = drawingOn(byId("canvas"));
const view = byId("view");
let shown = null,
  line = null,
  meshes = null,
  asked = false,
  painted = "",
  quick = 0, // whether this computer draws fine pictures fast enough for motion; 0: not known yet
  rest = 0;

// Drawn at once with the screen's pixels, and with four for each when nothing has changed for a moment.
function changed() {
  clearTimeout(rest);
  rest = setTimeout(draw, 200);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw(quick > 0);
  });
}

async function open(k) {
  byId("waiting").hidden = false;
  if (line) line.play(false);
  const said = data.scenes[k];
  const made = await recording(said, data.arrays);
  const { mesh } = drawing;
  made.skin.pose(0);
  // where the feet stand
  made.lowest = made.skin.places.reduce((low, value, k) => (made.up[k % 3] ? Math.min(low, value * made.up[k % 3]) : low), Infinity);
  shown = made;
  meshes = {
    body: mesh(made.skin.places, made.skin.normals, made.body.faces),
    thing: mesh(made.thing.vertices, made.thing.normals, made.thing.faces),
    table: made.table && mesh(made.table.vertices, made.table.normals, made.table.faces),
    floor: drawing.lines(floorOf(made)),
  };
  painted = "";
  state.cameras = [cameraFor(made), cameraFor(made)];
  state.cameras[1].look("hands");
  const place = made.table ? made.table.vertices.length / 3 : 0;
  if (place) {
    const colours = new Uint8Array(4 * place);
    paint(colours, () => TABLE, null, 0, "off");
    drawing.change(meshes.table.colours, colours);
  }
  byId("name").textContent = said.id;
  byId("facts").textContent = [
    `${said.thing.name}, ${said.motion === said.action ? said.action : `${said.motion} (${said.action})`}`,
    `person ${said.person}`,
    `${said.frames.length} of ${said.total} frames, ${said.framerate} a second`,
    said.synthetic ? "synthetic data: nobody was recorded" : said.source,
  ].join(" · ");
  byId("recordings").value = k;
  byId("layer-table").disabled = !made.table;
  byId("layer-answers").disabled = !made.answers.length;
  view.classList.toggle("low", made.answers.some(({ errors, early }) => early || Object.keys(errors).length));
  if (made.answers.some(({ arms }) => arms)) state.layers.graph = true; // the truth beside which they are drawn
  answersPanel(made);
  const follow = earlyPlots(made);
  line = timeline(made, (frame) => {
    made.skin.pose(frame);
    follow(frame);
    changed();
  });
  const first = made.contact ? line.nearest(made.contact[0]) : 0;
  line.go(data.opened.frame !== undefined ? line.nearest(data.opened.frame) : data.opened.conventions ? mostMistaken(made) : first);
  state.cameras[1].look("hands", line.index);
  // from the side of the hand that touches less: the other hides neither object nor copy
  if (data.opened.conventions) Object.assign(state.cameras[1].camera, { yaw: touchesMore(made) === "right" ? 1.2 : -1.2, pitch: 0.2 });
  byId("waiting").hidden = true;
  draw();
  if (!quick) {
    const start = performance.now();
    draw();
    finished();
    quick = performance.now() - start < 12 ? 1 : -1;
  }
}

function touchesMore({ thing, joints }) {
  let right = 0;
  for (const code of thing.touch) if (code) right += joints[code - 1].startsWith("right") ? 1 : -1;
  return right >= 0 ? "right" : "left";
}

// The frame of the contact window in which the object with its rotation not transposed lies farthest from the true one.
function mostMistaken({ frames, contact, thing }) {
  const step = 3 * Math.max(1, Math.round(thing.vertices.length / 3 / 120)),
    some = [];
  for (let k = 0; k < thing.vertices.length; k += step) some.push(Array.from(thing.vertices.slice(k, k + 3)));
  let [best, most] = [0, -1];
  frames.forEach((frame, k) => {
    if (contact && (frame < contact[0] || frame > contact[1])) return;
    const pose = rigid(thing.poses, 12 * k),
      right = some.map((each) => placed(pose, each)),
      wrong = some.map((each) => placed(otherWay(pose), each));
    // a mug that only turns about its own axis looks right: from the point that is farthest to the nearest
    const apart = wrong.reduce((far, a) => Math.max(far, Math.min(...right.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])))), 0);
    if (apart > most) [best, most] = [k, apart];
  });
  return best;
}

// Lines of a floor, half a metre apart.
function floorOf({ up, body, lowest }) {
  const flat = [0, 1, 2].filter((k) => !up[k]),
    found = [];
  const corner = (a, b) => {
    const at = times(up, lowest);
    at[flat[0]] = Math.round(body.places[flat[0]]) + a;
    at[flat[1]] = Math.round(body.places[flat[1]]) + b;
    return at;
  };
  for (let k = -2; k <= 2; k += 0.5) found.push(...corner(k, -2), ...corner(k, 2), ...corner(-2, k), ...corner(2, k));
  return found;
}

// Places, normals and colours of this frame, where they are not there yet.
function fill() {
  const frame = line.index,
    mode = !state.layers.touch ? "off" : state.touch;
  shown.skin.pose(frame);
  const wanted = `${frame} ${mode} ${state.looks}`;
  if (painted === wanted) return;
  painted = wanted;
  drawing.change(meshes.body.places, shown.skin.places);
  drawing.change(meshes.body.normals, shown.skin.normals);
  const scale = mode === "share" ? highestShare(shown) : 1;
  for (const [part, base] of [["body", (v) => (shown.onHand[v] ? HAND : SKIN)], ["thing", () => THING]]) {
    const { touch } = shown[part],
      key = `${part}Colours`;
    shown[key] = shown[key] || new Uint8Array(4 * touch.shape[1]);
    shown.onHand = shown.onHand || handVertices(shown.body);
    const look = part === "body" && shown.looks[state.looks];
    if (look) paint(shown[key], look.factors ? gateColours(look, shown, frame) : (v) => lostColour(look.lost[v] / look.most), null, frame, "off");
    else paint(shown[key], base, touch, frame, mode, mode === "share" && shareOf(shown, part), scale);
    drawing.change(meshes[part].colours, shown[key]);
  }
}

function handVertices({ rest, faces, handFaces }) {
  const found = new Uint8Array(rest.length / 3);
  for (let k = faces.length - 3 * handFaces; k < faces.length; k += 1) found[faces[k]] = 1;
  return found;
}

function boxes(width, height) {
  if (!state.side) return [[0, 0, 1, 1]];
  return width < height * 1.1 ? [[0, 0.5, 1, 0.5], [0, 0, 1, 0.5]] : [[0, 0, 0.5, 1], [0.5, 0, 0.5, 1]];
}

// Waits until all is drawn.
const finished = () => drawing.gl.readPixels(0, 0, 1, 1, drawing.gl.RGBA, drawing.gl.UNSIGNED_BYTE, new Uint8Array(4));

function draw(fine = true) {
  if (!shown || !line) return;
  const { gl } = drawing,
    canvas = byId("canvas"),
    sharp = fine ? Math.max(2, window.devicePixelRatio) : 1,
    width = Math.max(1, Math.round(view.clientWidth * sharp)),
    height = Math.max(1, Math.round(view.clientHeight * sharp));
  for (const each of [canvas, byId("labels")]) if (each.width !== width || each.height !== height) Object.assign(each, { width, height });
  fill();
  const pen = byId("labels").getContext("2d");
  pen.clearRect(0, 0, width, height);
  pen.font = `${13 * sharp}px system-ui, sans-serif`;
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  for (const each of state.cameras) each.follow(line.index);
  boxes(width, height).forEach(([x, y, w, h], k) => {
    const box = [x * width, y * height, w * width, h * height].map(Math.round);
    gl.viewport(...box);
    const camera = state.cameras[k].matrices(box[2] / box[3]);
    const said = drawView(camera, box);
    labels(pen, camera, [box[0], height - box[1] - box[3], box[2], box[3]], said, sharp);
    if (k) {
      pen.fillStyle = "#8888";
      if (x) pen.fillRect(box[0] - sharp, 0, sharp, height);
      else pen.fillRect(0, height / 2, width, sharp);
    }
  });
  byId("side").setAttribute("aria-pressed", state.side);
  byId("convention").setAttribute("aria-pressed", state.conventions);
  for (const [name] of LAYERS) byId(`layer-${name}`).checked = state.layers[name];
  byId("touch").value = state.touch;
  legend(shown, state);
  looksLegend(shown, state);
  conventionsPanel(shown, state);
}

// One camera's picture; gives the labels that belong to it.
function drawView(camera, box) {
  const { gl, drawMesh, drawMany, drawLines } = drawing,
    { layers } = state,
    frame = line.index,
    skin = meshes.body.count - 3 * shown.body.handFaces,
    pose = rigid(shown.thing.poses, 12 * frame);
  if (layers.floor) drawLines(meshes.floor, camera, [0.16, 0.16, 0.16, 0.32]);
  const { solid } = shown.thing,
    whole = shown.body.solid && layers.body && layers.hands; // else one looks into a sleeve
  if (layers.table && meshes.table) drawMesh(meshes.table, camera, { model: rigid(shown.table.poses, 12 * frame), solid: shown.table.solid });
  if (layers.body) drawMesh(meshes.body, camera, { to: skin, solid: whole });
  if (layers.hands) drawMesh(meshes.body, camera, { from: skin, solid: whole });
  if (layers.object) drawMesh(meshes.thing, camera, { model: pose, solid });
  if (layers.answers) {
    shown.answers.forEach(({ thing, at }, k) => {
      const where = thing && between(at, shown.frames, shown.frames[frame]);
      if (!where) return;
      const tint = [...ANSWERS[k % 2].map((value) => value / 255), 0.9];
      drawMesh(meshes.thing, camera, { model: rigid(straightened(mixed(thing, 12, where))), alpha: 0.72, tint, solid });
    });
  }
  if (state.conventions && layers.object) drawMesh(meshes.thing, camera, { model: otherWay(pose), alpha: 0.6, tint: PALE, solid });
  gl.clear(gl.DEPTH_BUFFER_BIT); // what follows is seen through the skin
  const [sticks, balls, said] = [[], [], []];
  if (layers.graph) graph(sticks, balls, (k) => shown.nodes.places.subarray(3 * (frame * shown.nodes.names.length + k)), shown.nodes);
  if (layers.answers) {
    shown.answers.forEach(({ arms, at, edges }, k) => {
      const where = arms && between(at, shown.frames, shown.frames[frame]);
      if (!where) return;
      const places = mixed(arms, 3 * arms.shape[1], where);
      for (const [a, b] of edges) {
        sticks.push({ at: places.slice(3 * a, 3 * a + 3), end: places.slice(3 * b, 3 * b + 3), radius: a < 20 && b > 34 ? 0.006 : 0.004, colour: ANSWERS[k % 2] });
      }
    });
  }
  if (layers.axes) allAxes(sticks, said, frame, pose);
  drawMany("stick", camera, sticks);
  drawMany("ball", camera, balls);
  return said;
}

function graph(sticks, balls, at, { names, edges }) {
  const fine = (name) => /\d|tip/.test(name),
    weighed = gateOfNode(shown.looks[state.looks], shown, line.index);
  names.forEach((name, k) => {
    const colour = weighed(name) || (name.startsWith("right") ? RIGHT : name.startsWith("left") ? LEFT : [90, 90, 90]);
    balls.push({ at: Array.from(at(k).slice(0, 3)), radius: fine(name) ? 0.005 : 0.014, colour });
  });
  for (const [a, b] of edges) {
    const colour = names[b].startsWith("right") ? RIGHT : LEFT;
    sticks.push({ at: Array.from(at(a).slice(0, 3)), end: Array.from(at(b).slice(0, 3)), radius: fine(names[b]) ? 0.0022 : 0.006, colour });
  }
}

function allAxes(sticks, said, frame, pose) {
  const joint = (k) => Array.from(shown.body.places.slice(3 * (55 * frame + k), 3 * (55 * frame + k) + 3)),
    trunk = rigid(shown.body.transforms, 12 * (55 * frame + shown.joints.indexOf("spine3"))),
    floor = joint(0).map((value, k) => (shown.up[k] ? shown.up[k] * shown.lowest : value));
  const cross_ = (name, origin, m, length) => {
    AXES.forEach((colour, k) => {
      const along = m.slice(4 * k, 4 * k + 3),
        end = add(origin, times(unit(along), length));
      sticks.push({ at: origin, end, radius: length / 40, colour });
      said.push({ at: end, text: "xyz"[k], colour });
    });
    said.push({ at: origin, text: name });
  };
  cross_("world's axes", floor, IDENTITY, 0.4);
  cross_("neck, axes of spine3", joint(shown.neck), trunk, 0.25);
  cross_("object", pose.slice(12, 15), pose, 0.15);
  if (state.conventions && state.layers.object) said.push({ at: placed(otherWay(pose), shown.thing.vertices.slice(0, 3)), text: "pale: not transposed" });
}

function labels(pen, { view: seen, projection }, [x, y, w, h], said, sharp) {
  const whole = product(projection, seen),
    look = getComputedStyle(view),
    ink = look.color;
  // a rim of the ground's colour, so that letters are read on skin, too
  Object.assign(pen, { strokeStyle: look.backgroundColor, lineWidth: 3 * sharp, lineJoin: "round" });
  pen.save();
  pen.beginPath();
  pen.rect(x, y, w, h);
  pen.clip();
  for (const { at, text, colour } of said) {
    const p = placed(whole, at),
      depth = whole[3] * at[0] + whole[7] * at[1] + whole[11] * at[2] + whole[15];
    if (depth <= 0) continue;
    const place = [x + (p[0] / depth / 2 + 0.5) * w + 4 * sharp, y + (0.5 - p[1] / depth / 2) * h - 3 * sharp];
    pen.strokeText(text, ...place);
    pen.fillStyle = colour ? css(colour) : ink;
    pen.fillText(text, ...place);
  }
  pen.restore();
}

function keys(name) {
  if (name === " ") line.play();
  else if (name === "," || name === ".") line.go(line.index + (name === "." ? 1 : -1));
  else if (LAYERS[Number(name) - 1]) state.layers[LAYERS[Number(name) - 1][0]] = !state.layers[LAYERS[Number(name) - 1][0]];
  else if (name === "s") state.side = !state.side;
  else if (name === "c") turnConventions(state);
  else if (name === "f") {
    const camera = state.cameras[state.active];
    camera.look(VIEWS[(VIEWS.indexOf(camera.camera.name) + 1) % VIEWS.length], line.index);
  } else return false;
  return true;
}

function theme() {
  const root = document.documentElement,
    dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const show = () => {
    byId("theme").textContent = dark() ? "Light" : "Dark";
    changed();
  };
  byId("theme").onclick = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    show();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

function browse() {
  const all = byId("recordings");
  byId("browse").hidden = data.scenes.length < 2;
  data.scenes.forEach(({ id }, k) => all.append(element("option", { value: k, textContent: id })));
  const to = (k) => open((k + data.scenes.length) % data.scenes.length);
  all.onchange = () => to(Number(all.value));
  byId("previous").onclick = () => to(Number(all.value) - 1);
  byId("next").onclick = () => to(Number(all.value) + 1);
}

function start() {
  if (!drawing) {
    byId("waiting").textContent = "This browser has no WebGL 2: try another, or allow software rendering.";
    return Promise.resolve();
  }
  layerSwitches(state, changed);
  cameraButtons(state, changed);
  browse();
  looksChoice(data.scenes[0].looks, state, changed);
  theme();
  byId("touch").onchange = () => {
    state.touch = byId("touch").value;
    changed();
  };
  handle(
    view,
    (x, y) => {
      const at = boxes(view.clientWidth, view.clientHeight).findIndex(([left, bottom, w, h]) => x >= left && x <= left + w && 1 - y >= bottom && 1 - y <= bottom + h);
      state.active = Math.max(0, at);
      return state.cameras[state.active];
    },
    changed,
    keys,
  );
  new ResizeObserver(changed).observe(view);
  return open(0).catch((error) => {
    byId("waiting").textContent = `This page is damaged: ${error.message}`;
    throw error;
  });
}

const ready = start();
// For tests, films and whoever looks from the console. Places are metres in the world, of the frame that is shown.
window.scene = {
  ready,
  state,
  open,
  draw,
  get shown() { return shown; },
  get frames() { return shown.frames; },
  get index() { return line.index; },
  show(k) { line.go(k); draw(); },
  layer(name, on) { state.layers[name] = on; draw(); },
  look(name, which = 0) { state.cameras[which].look(name, line.index); draw(); },
  vertex: (k) => Array.from(shown.skin.places.slice(3 * k, 3 * k + 3)),
  object: (k) => placed(rigid(shown.thing.poses, 12 * line.index), shown.thing.vertices.slice(3 * k, 3 * k + 3)),
  // frames a second, each posed, drawn and waited for
  speed(count = 60) {
    const start = performance.now();
    for (let k = 0; k < count; k += 1) {
      line.go((line.index + 1) % shown.frames.length);
      draw(quick > 0);
      finished();
    }
    return (1000 * count) / (performance.now() - start);
  },
};
