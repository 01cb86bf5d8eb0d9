// Time: the slider, the contact window on it, playing, and the errors of answers below.
const SVG = "http://www.w3.org/2000/svg";
function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function timeline(shown, show) {
  const slider = byId("time"),
    { frames, total, framerate, contact } = shown;
  let index = 0,
    playing = false,
    clock = 0;
  slider.max = total - 1;
  const nearest = (frame) => frames.reduce((best, each, k) => (Math.abs(each - frame) < Math.abs(frames[best] - frame) ? k : best), 0);
  const at = (frame) => (100 * frame) / Math.max(1, total - 1);

  function marks() {
    const strip = byId("marks");
    strip.replaceChildren();
    const box = (from, to, attributes) => svg("rect", { ...attributes, x: `${at(from)}%`, width: `${at(to - from)}%` });
    if (contact) {
      const title = svg("title", {});
      title.textContent = `object touched: frames ${contact[0]} to ${contact[1]}`;
      strip.append(svg("g", {}, box(contact[0], contact[1], { y: 2, height: 10, rx: 3, fill: "var(--contact)", id: "contact" }), title));
    }
    for (const { at: asked } of shown.answers) {
      for (const k of asked) strip.append(svg("line", { x1: `${at(frames[k])}%`, x2: `${at(frames[k])}%`, y1: 0, y2: 14, stroke: "var(--ink)", class: "asked" }));
    }
  }

  function go(k, played = false) {
    index = Math.max(0, Math.min(frames.length - 1, k));
    if (!played) clock = frames[index];
    slider.value = frames[index];
    const touched = contact && frames[index] >= contact[0] && frames[index] <= contact[1];
    byId("now").textContent =
      `frame ${frames[index]} of ${total}, ${(frames[index] / framerate).toFixed(2)} s` + (touched ? ", in the contact window" : "");
    slider.setAttribute("aria-valuetext", byId("now").textContent);
    for (const cursor of document.querySelectorAll(".cursor")) {
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, `${at(frames[index])}%`);
    }
    show(index);
  }

  function play(on = !playing) {
    playing = on;
    byId("play").textContent = on ? "Pause" : "Play";
    byId("play").setAttribute("aria-pressed", on);
    if (!on) return;
    if (index === frames.length - 1) go(0);
    let last = performance.now();
    const step = (now) => {
      if (!playing) return;
      clock += ((now - last) / 1000) * framerate * Number(byId("speed").value);
      last = now;
      let k = index;
      while (k < frames.length - 1 && frames[k + 1] <= clock) k += 1;
      if (clock > frames[frames.length - 1] + framerate / 4) [clock, k] = [frames[0], 0]; // a breath, and again
      if (k !== index) go(k, true);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  slider.oninput = () => go(nearest(Number(slider.value)));
  slider.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(index + step);
  };
  byId("play").onclick = () => play();
  byId("back").onclick = () => go(index - 1);
  byId("ahead").onclick = () => go(index + 1);
  marks();
  plots(shown);
  return { go, play, nearest, get index() { return index; }, get playing() { return playing; } };
}

// Each error of the answers over the frames, a line for each answer, as wide as the slider.
function plots(shown) {
  const all = byId("plots");
  all.replaceChildren();
  const names = [...new Set(shown.answers.flatMap(({ errors }) => Object.keys(errors)))];
  for (const name of names) {
    const own = shown.answers.map((answer, k) => [answer, k]).filter(([{ errors }]) => name in errors),
      highest = Math.max(...own.flatMap(([{ errors }]) => errors[name]), 1e-9);
    const unit = name.split(", ").pop(),
      step = roundStep(highest, 3),
      top = step * Math.ceil(highest / step - 1e-9);
    const at = (frame) => (100 * frame) / Math.max(1, shown.total - 1),
      up = (value) => 94 - (82 * value) / top;
    const lines = own.map(([{ at: asked, errors }, k]) =>
      svg("polyline", {
        points: asked.map((each, n) => `${at(shown.frames[each]).toFixed(2)},${up(errors[name][n]).toFixed(2)}`).join(" "),
        fill: "none",
        stroke: css(ANSWERS[k % 2]),
        "stroke-width": 2,
        "vector-effect": "non-scaling-stroke",
      }),
    );
    const inner = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", width: "100%", height: "100%" }, ...lines);
    const cursor = svg("line", { class: "cursor", y1: 0, y2: "100%", stroke: "var(--ink)", "stroke-width": 1 });
    const caption = document.createElement("p");
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    caption.append(
      Object.assign(document.createElement("b"), { textContent: name }),
      ...own.map(([{ name: whose, errors }, k]) => key(ANSWERS[k % 2], `${whose}: mean ${mean(errors[name]).toFixed(1)}`)),
      `highest ${highest.toFixed(1)}`,
    );
    const plot = Object.assign(document.createElement("div"), { className: "plot" });
    const label = `${name} over the frames, ${own.map(([{ name: whose, errors }]) => `${whose}: mean ${mean(errors[name]).toFixed(1)}`).join(", ")}`;
    const rules = rounded(step, top).flatMap((value) => {
      const y = `${up(value)}%`,
        text = svg("text", { x: 3, y, dy: "-0.25em" });
      text.textContent = unit === "degrees" ? `${told(value, step)}°` : `${told(value, step)} ${unit}`;
      return [svg("line", { x1: 0, x2: "100%", y1: y, y2: y, class: "rule" }), text];
    });
    // the words over the lines: their rim keeps them readable
    const [words, bars] = [(each) => each.tagName === "text", (each) => each.tagName !== "text"].map((kind) => rules.filter(kind));
    plot.append(caption, svg("svg", { role: "img", "aria-label": label }, ...bars, inner, ...words, cursor), secondsScale(shown));
    all.append(plot);
  }
}

// One, two or five times a power of ten, so that at most so many of them lie below the highest value.
function roundStep(highest, most) {
  const power = 10 ** Math.floor(Math.log10(highest / most));
  return power * [1, 2, 5, 10].find((each) => highest / (each * power) <= most + 1e-9);
}
const rounded = (step, top) => Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, k) => k * step);
const told = (value, step) => value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));

// Seconds below a plot that is as wide as the timeline.
function secondsScale({ total, framerate }) {
  const scale = Object.assign(document.createElement("div"), { className: "scale" }),
    length = Math.max(1, total - 1) / framerate,
    step = roundStep(length, 5);
  for (const second of rounded(step, length)) {
    const mark = Object.assign(document.createElement("span"), { textContent: `${told(second, step)} s` }),
      share = (100 * second) / length;
    mark.style.left = `${share}%`;
    mark.style.transform = `translateX(${second ? (share > 95 ? -100 : -50) : 0}%)`; // the first and the last stay inside
    scale.append(mark);
  }
  scale.setAttribute("aria-hidden", "true");
  return scale;
}

function key(colour, text) {
  const made = Object.assign(document.createElement("span"), { className: "key" }),
    swatch = Object.assign(document.createElement("i"), { className: "swatch" });
  swatch.style.background = css(colour);
  made.append(swatch, text);
  return made;
}
