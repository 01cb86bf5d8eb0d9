// All recordings as points: colours, filters, hover, zoom and keyboard. Strings only ever become text, never markup.
const byId = (id) => document.getElementById(id);
const points = JSON.parse(byId("data").textContent);
const canvas = byId("points"),
  pen = canvas.getContext("2d"),
  tip = byId("tip");
const FIELDS = ["intent", "object", "person", "part"].filter((field) => field in points[0]);
const values = Object.fromEntries(
  FIELDS.map((field) => [
    field,
    [...new Set(points.map((point) => point[field]))].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
  ]),
);
// Okabe and Ito's colours where there are few, hues that are far apart where there are many
const FEW = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b3a200", "#7a5ab5"];
const NEAR = 16; // pixels within which a point is meant
const STILLS_FROM = 3.2; // zoom from which points are shown as stills
const SHAPES = ["circle", "square", "diamond", "triangle"]; // by intent: not told by colour alone
const SIGNS = ["●", "■", "◆", "▲"];
const WIDE = Math.max(...points.map((point) => Math.abs(point.x)), 1e-9),
  TALL = Math.max(...points.map((point) => Math.abs(point.y)), 1e-9);

let view = { x: 0, y: 0, zoom: 1 },
  chosen = null,
  hovered = null,
  alone = null, // a value of the legend that is shown by itself
  asked = 0;

function colour(field, value) {
  const all = values[field],
    at = all.indexOf(value);
  if (all.length <= FEW.length) return FEW[at];
  return `hsl(${Math.round((at * 360 * 0.61803) % 360)} ${at % 2 ? 62 : 78}% ${[46, 60, 52][at % 3]}%)`;
}

const fits = (point) => {
  const text = byId("text").value.trim().toLowerCase();
  return (
    (!text || point.id.toLowerCase().includes(text)) &&
    FIELDS.every((field) => !byId(field).value || byId(field).value === point[field]) &&
    (alone === null || point[byId("by").value] === alone)
  );
};

/** Pixels of one unit when all points are in the picture. */
const unit = () => Math.min((canvas.clientWidth / 2 - 30) / WIDE, (canvas.clientHeight / 2 - 24) / TALL);

function at(point) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = unit() * view.zoom;
  return [width / 2 + (point.x - view.x) * scale, height / 2 - (point.y - view.y) * scale];
}

function still(point) {
  if (!point.still) return null;
  if (!point.image) {
    point.image = new Image();
    point.image.onload = repaint;
    point.image.src = point.still;
  }
  return point.image.complete && point.image.naturalWidth ? point.image : null;
}

function repaint() {
  if (!asked) asked = requestAnimationFrame(paint);
}

function mark(point, x, y, size) {
  pen.beginPath();
  const shape = SHAPES[values.intent.indexOf(point.intent) % SHAPES.length];
  if (shape === "circle") pen.arc(x, y, size, 0, 7);
  else if (shape === "square") pen.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76);
  else if (shape === "diamond") pen.moveTo(x, y - size * 1.3), pen.lineTo(x + size * 1.3, y), pen.lineTo(x, y + size * 1.3), pen.lineTo(x - size * 1.3, y);
  else pen.moveTo(x, y - size * 1.25), pen.lineTo(x + size * 1.15, y + size * 0.85), pen.lineTo(x - size * 1.15, y + size * 0.85);
  pen.closePath();
}

function paint() {
  asked = 0;
  const { clientWidth: width, clientHeight: height } = canvas,
    sharp = devicePixelRatio || 1;
  const faint = resolved("--faint"),
    ink = resolved("--ink"),
    ground = resolved("--panel"),
    field = byId("by").value;
  if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(height * sharp);
  }
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.clearRect(0, 0, width, height);
  const shown = points.filter(fits),
    others = points.filter((point) => !fits(point)),
    size = Math.max(3, Math.min(7, 130 / Math.sqrt(points.length))) * Math.min(1.6, Math.sqrt(view.zoom));
  pen.fillStyle = faint;
  for (const point of others) {
    mark(point, ...at(point), size * 0.6);
    pen.fill();
  }
  const large = view.zoom >= STILLS_FROM ? Math.min(84, 15 * view.zoom) : 0;
  pen.lineWidth = 1;
  for (const point of shown) {
    const [x, y] = at(point);
    if (x < -50 || y < -50 || x > width + 50 || y > height + 50) continue;
    const image = large ? still(point) : null;
    if (image) {
      pen.drawImage(image, x - large / 2, y - large / 2, large, large);
      pen.strokeStyle = colour(field, point[field]);
      pen.lineWidth = 2;
      pen.strokeRect(x - large / 2, y - large / 2, large, large);
    } else {
      mark(point, x, y, size);
      pen.fillStyle = colour(field, point[field]);
      pen.fill();
      pen.strokeStyle = ground;
      pen.lineWidth = 1;
      pen.stroke();
    }
  }
  for (const [point, wide] of [[hovered, 2], [chosen, 3]]) {
    if (!point) continue;
    const [x, y] = at(point);
    pen.beginPath();
    pen.arc(x, y, (large ? large * 0.7 : size) + 4, 0, 7);
    pen.strokeStyle = ink;
    pen.lineWidth = wide;
    pen.stroke();
  }
}

/** What a colour of the style is just now: a canvas knows no light-dark(). */
function resolved(name) {
  const probe = byId("tip");
  probe.style.outlineColor = `var(${name})`;
  const found = getComputedStyle(probe).outlineColor;
  probe.style.outlineColor = "";
  return found;
}

function nearest(x, y, reach) {
  let best = null,
    least = reach * reach;
  for (const point of points) {
    if (!fits(point)) continue;
    const [px, py] = at(point),
      far = (px - x) ** 2 + (py - y) ** 2;
    if (far < least) [best, least] = [point, far];
  }
  return best;
}

function element(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function words(point) {
  const list = document.createElement("dl");
  for (const field of ["person", ...FIELDS.filter((each) => each !== "person")])
    list.append(element("dt", field), element("dd", point[field]));
  list.append(element("dt", "length"), element("dd", `${point.seconds.toFixed(1)} s`));
  return list;
}

function choose(point, look) {
  chosen = point;
  const box = byId("chosen");
  if (!point) {
    box.replaceChildren(element("p", "Choose a recording: click a point, or use the arrow keys.", { class: "soft" }));
    return repaint();
  }
  const parts = [];
  if (point.still) parts.push(element("img", "", { src: point.still, alt: `${point.person} with ${point.object}` }));
  parts.push(element("h2", point.id), words(point));
  if (point.scene) parts.push(element("a", "Open it in 3D", { href: point.scene, id: "open" }));
  else parts.push(element("p", "To see it in 3D:", { class: "soft" }), element("code", point.command));
  box.replaceChildren(...parts);
  if (look) {
    const [x, y] = at(point);
    if (x < 20 || y < 20 || x > canvas.clientWidth - 20 || y > canvas.clientHeight - 20)
      view = { ...view, x: point.x, y: point.y };
  }
  repaint();
}

function open(point) {
  choose(point);
  if (point.scene) location.href = point.scene;
}

function hover(point, x, y) {
  if (point !== hovered) {
    hovered = point;
    repaint();
    tip.replaceChildren();
    if (point) {
      if (point.still) tip.append(element("img", "", { src: point.still, alt: "" }));
      tip.append(element("div", point.id), element("div", `${point.object}, ${point.intent}`, { class: "soft" }));
    }
  }
  tip.hidden = !point;
  canvas.style.cursor = point ? "pointer" : "crosshair";
  if (!point) return;
  tip.style.left = `${Math.max(4, Math.min(x + 16, innerWidth - tip.offsetWidth - 6))}px`;
  tip.style.top = `${Math.max(4, Math.min(y + 16, innerHeight - tip.offsetHeight - 6))}px`;
}

function zoom(by, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const scale = unit(),
    next = Math.max(1, Math.min(60, view.zoom * by));
  // the point under the pointer stays there
  const across = (x - canvas.clientWidth / 2) / scale,
    up = (canvas.clientHeight / 2 - y) / scale;
  view = { x: view.x + across / view.zoom - across / next, y: view.y + up / view.zoom - up / next, zoom: next };
  if (next === 1) view = { x: 0, y: 0, zoom: 1 };
  repaint();
}

/** The nearest point in a direction: what lies aside counts twice. */
function step(dx, dy) {
  const shown = points.filter(fits);
  if (!shown.length) return;
  if (!chosen || !fits(chosen)) return choose(nearest(canvas.clientWidth / 2, canvas.clientHeight / 2, 1e9), true);
  let best = null,
    least = Infinity;
  for (const point of shown) {
    const ahead = (point.x - chosen.x) * dx + (point.y - chosen.y) * dy,
      aside = Math.abs((point.x - chosen.x) * dy) + Math.abs((point.y - chosen.y) * dx);
    if (point === chosen || ahead <= 0 || ahead < aside / 2) continue;
    if (ahead + 2 * aside < least) [best, least] = [point, ahead + 2 * aside];
  }
  if (best) choose(best, true);
}

function legend() {
  const field = byId("by").value;
  byId("legend").replaceChildren(
    ...values[field].map((value) => {
      const key = element("button", "", { type: "button", "aria-pressed": String(alone === value) }),
        dot = element("i");
      dot.style.background = colour(field, value);
      key.append(dot, value);
      key.addEventListener("click", () => {
        alone = alone === value ? null : value;
        update();
      });
      return key;
    }),
  );
}

function update() {
  legend();
  const shown = points.filter(fits).length;
  byId("count").textContent = `${shown} of ${points.length} recordings`;
  if (chosen && !fits(chosen)) choose(null);
  hover(null);
  repaint();
}

for (const field of FIELDS) {
  byId(field).append(element("option", "all", { value: "" }), ...values[field].map((value) => element("option", value)));
  byId("by").append(element("option", field));
}
byId("shapes").textContent = values.intent.map((value, k) => `${SIGNS[k % SIGNS.length]} ${value}`).join("   ");
byId("part-label").hidden = !FIELDS.includes("part");
byId("filters").addEventListener("input", (event) => {
  if (event.target.id === "by") alone = null;
  update();
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("in").addEventListener("click", () => zoom(1.6));
byId("out").addEventListener("click", () => zoom(1 / 1.6));
byId("all").addEventListener("click", () => zoom(0));

let held = null;
canvas.addEventListener("pointerdown", (event) => {
  held = { x: event.offsetX, y: event.offsetY, from: view, moved: false };
});
canvas.addEventListener("pointermove", (event) => {
  if (held && event.buttons && event.pointerType === "mouse") {
    const scale = unit() * view.zoom;
    const [dx, dy] = [event.offsetX - held.x, event.offsetY - held.y];
    held.moved ||= Math.hypot(dx, dy) > 4;
    if (held.moved) {
      view = { ...held.from, x: held.from.x - dx / scale, y: held.from.y + dy / scale };
      hover(null);
      return repaint();
    }
  }
  hover(nearest(event.offsetX, event.offsetY, view.zoom >= STILLS_FROM ? 40 : NEAR), event.clientX, event.clientY);
});
canvas.addEventListener("pointerleave", () => hover(null));
canvas.addEventListener("click", (event) => {
  const point = held?.moved ? null : nearest(event.offsetX, event.offsetY, view.zoom >= STILLS_FROM ? 40 : NEAR);
  held = null;
  if (point) open(point);
});
canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  },
  { passive: false },
);
canvas.addEventListener("keydown", (event) => {
  const move = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (move) step(...move);
  else if (event.key === "+" || event.key === "=") zoom(1.6);
  else if (event.key === "-") zoom(1 / 1.6);
  else if (event.key === "0") zoom(0);
  else if (event.key === "Enter" && chosen) open(chosen);
  else return;
  event.preventDefault();
});

const root = document.documentElement;
const dark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const themed = () => {
  byId("theme").textContent = dark() ? "Light" : "Dark";
  repaint();
};
byId("theme").addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  themed();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
new ResizeObserver(repaint).observe(canvas);
themed();
choose(null);
update();
