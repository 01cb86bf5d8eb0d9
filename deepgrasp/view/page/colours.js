// Colours of skin, things, touch, parts and answers; from Okabe and Ito's where they tell things apart.
const SKIN = [178, 188, 199],
  HAND = [222, 186, 160],
  THING = [70, 150, 214],
  TABLE = [150, 137, 122],
  HEAT = [214, 30, 22],
  RIGHT = [0, 114, 178],
  LEFT = [0, 158, 115],
  ANSWERS = [[230, 159, 0], [204, 121, 167]],
  AXES = [[213, 60, 40], [40, 150, 70], [50, 90, 220]],
  // without a joint or a patch the model loses, or gains: red and blue of one lightness, from Brewer's RdBu
  LOST = [178, 24, 43],
  GAINED = [33, 102, 172];
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
