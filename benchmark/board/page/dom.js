// Elements, numbers as text, and the tip that follows pointer and focus. Strings only ever become text, never markup.
const byId = (id) => document.getElementById(id);
const SVG = byId("svg").namespaceURI;
/** Whether this is the page of another profile's board, one folder deeper than the page of the first. */
const ELSEWHERE = /\/boards\/[^/]+\/[^/]*$/.test(location.pathname);

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A drawing of its own with a description for those who do not see it. */
function picture(width, height, says, ...children) {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return draw(
    "svg",
    says ? { ...size, role: "img", "aria-label": says } : { ...size, "aria-hidden": "true" },
    ...children,
  );
}

const words = (x, y, text, more) => draw("text", { x, y, ...more }, text);
const line = (x1, y1, x2, y2, more) => draw("line", { x1, y1, x2, y2, class: "grid", ...more });

/** A stored value in the unit of its column. */
const shown = (column, value) => (value === null ? "" : (column.scale * value).toFixed(column.digits));
const whole = (value) => Math.round(value).toLocaleString("en");
const titled = (column) => `${column.label}${column.unit ? `, ${column.unit}` : ""}\u00a0${column.up ? "↑" : "↓"}`;

function short(value) {
  if (value >= 1e9) return `${+(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${+(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${+(value / 1e3).toPrecision(3)} k`;
  return `${+value.toPrecision(3)}`;
}

/** Let a node show a tip under the pointer, and under the focus if it can have it: listening alone would make it so. */
function tipped(node, text) {
  const tip = byId("tip");
  const show = () => {
    tip.textContent = text;
    tip.hidden = false;
    const at = node.getBoundingClientRect();
    const left = at.left + at.width / 2 - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${at.top > tip.offsetHeight + 10 ? at.top - tip.offsetHeight - 8 : at.bottom + 8}px`;
  };
  const hide = () => {
    tip.hidden = true;
  };
  const pairs = [["pointerenter", "pointerleave"]];
  if (node.hasAttribute("tabindex")) pairs.push(["focus", "blur"]);
  for (const [on, off] of pairs) {
    node.addEventListener(on, show);
    node.addEventListener(off, hide);
  }
  return node;
}

/** Draw into a box at its width, and again whenever that changes. */
function fitted(box, paint) {
  let last = 0;
  const again = () => {
    const width = Math.floor(box.clientWidth);
    if (width && width !== last) {
      last = width;
      box.replaceChildren(paint(width));
    }
  };
  new ResizeObserver(again).observe(box);
  return box;
}
