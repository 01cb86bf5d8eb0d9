// What is made of the palette, which offline_page.py puts before all scripts: touch, losses, parts of the body.
const { SKIN, HAND, THING, TABLE, HEAT, RIGHT, LEFT, ANSWERS, AXES, LOST, GAINED, FLOOR } = PALETTE;
const PALE = [0.98, 0.95, 0.82, 0.85]; // over the object's own colours
const css = (colour) => `rgb(${colour.join(" ")})`;
const blend = (a, b, share) => a.map((value, k) => Math.round(value + (b[k] - value) * share));
const ramp = (share) => (share < 0.5 ? blend([255, 226, 130], [244, 109, 40], 2 * share) : blend([244, 109, 40], [150, 0, 40], 2 * share - 1));

// Of what is lost, as a share of the most that any vertex loses or gains.
const lostColour = (share) => blend(SKIN, share < 0 ? GAINED : LOST, Math.min(1, Math.abs(share)));

// A colour of its own for each of the 55 parts: fingers of a hand go through half of the wheel.
function partColour(code) {
  const hue = (code * 137.508) % 360,
    light = code % 2 ? 0.45 : 0.6,
    chroma = 0.75 * Math.min(light, 1 - light);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}

// Fills four bytes a vertex with its colour: the base, or what touches there.
function paint(into, base, touch, frame, mode, share, scale) {
  const count = into.length / 4;
  for (let v = 0; v < count; v += 1) {
    const code = touch ? touch[frame * count + v] : 0;
    let colour = base(v);
    if (mode === "share") {
      if (share[v] > 0) colour = ramp(Math.min(1, share[v] / scale));
    } else if (code && mode === "parts") colour = partColour(code);
    else if (code && mode === "now") colour = HEAT;
    into.set(colour, 4 * v);
    into[4 * v + 3] = 255;
  }
}
