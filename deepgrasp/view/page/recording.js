// One recording: its arrays, and where everything is in a frame.
async function recording(said, packed) {
  const get = (name) => unpack(packed, name);
  const whole = async (part) => {
    const names = Object.entries(part).filter(([, value]) => typeof value === "string" && value in packed);
    const arrays = await Promise.all(names.map(([, value]) => get(value)));
    return { ...part, ...Object.fromEntries(names.map(([key], k) => [key, arrays[k]])) };
  };
  const [body, thing, nodes] = await Promise.all([whole(said.body), whole(said.thing), whole(said.nodes)]);
  const table = said.table && (await whole(said.table));
  const answers = await Promise.all(said.answers.map(whole));
  const looks = await Promise.all(said.looks.map(whole));
  for (const look of looks) if (look.lost) look.most = look.lost.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
  for (const rigidThing of [thing, table]) if (rigidThing) rigidThing.normals = normalsOf(rigidThing.vertices, rigidThing.faces);
  return { ...said, body, thing, table, nodes, answers, looks, skin: skinOf(body), shares: {} };
}

// Places and normals of the skin in a frame: each vertex follows its joints, after what poses bend at rest.
function skinOf(body) {
  const count = body.rest.length / 3,
    places = new Float32Array(3 * count),
    normals = new Float32Array(3 * count),
    shaped = new Float32Array(body.rest),
    kinds = body.amounts.shape[1];
  let shown = -1;
  function pose(frame) {
    if (frame === shown) return false;
    shown = frame;
    shaped.set(body.rest);
    for (let k = 0; k < kinds; k += 1) {
      const amount = body.amounts[frame * kinds + k],
        first = k * 3 * count;
      for (let i = 0; i < 3 * count; i += 1) shaped[i] += amount * body.directions[first + i];
    }
    const { counts, weighted, weights, transforms } = body,
      start = frame * 55 * 12,
      m = new Float64Array(12);
    for (let v = 0, at = 0; v < count; v += 1) {
      m.fill(0);
      for (let n = counts[v]; n > 0; n -= 1, at += 1) {
        const weight = weights[at],
          joint = start + weighted[at] * 12;
        for (let k = 0; k < 12; k += 1) m[k] += weight * transforms[joint + k];
      }
      const x = shaped[3 * v],
        y = shaped[3 * v + 1],
        z = shaped[3 * v + 2];
      places[3 * v] = m[0] * x + m[1] * y + m[2] * z + m[3];
      places[3 * v + 1] = m[4] * x + m[5] * y + m[6] * z + m[7];
      places[3 * v + 2] = m[8] * x + m[9] * y + m[10] * z + m[11];
    }
    normalsOf(places, body.faces, normals);
    return true;
  }
  return { pose, places, normals };
}

function normalsOf(places, faces, into = new Float32Array(places.length)) {
  into.fill(0);
  for (let f = 0; f < faces.length; f += 3) {
    const a = 3 * faces[f],
      b = 3 * faces[f + 1],
      c = 3 * faces[f + 2];
    const ux = places[b] - places[a],
      uy = places[b + 1] - places[a + 1],
      uz = places[b + 2] - places[a + 2],
      vx = places[c] - places[a],
      vy = places[c + 1] - places[a + 1],
      vz = places[c + 2] - places[a + 2];
    const nx = uy * vz - uz * vy,
      ny = uz * vx - ux * vz,
      nz = ux * vy - uy * vx;
    for (const corner of [a, b, c]) {
      into[corner] += nx;
      into[corner + 1] += ny;
      into[corner + 2] += nz;
    }
  }
  return into;
}

// In which share of the frames each vertex is touched, 0 to 1; counted once.
function shareOf(shown, part) {
  if (!shown.shares[part]) {
    const touch = shown[part].touch,
      [frames, count] = touch.shape,
      share = new Float32Array(count);
    for (let k = 0; k < touch.length; k += 1) if (touch[k]) share[k % count] += 1 / frames;
    shown.shares[part] = share;
  }
  return shown.shares[part];
}

// An answer between the frames that it was asked of: in a straight line from one to the next.
function between(at, frames, now) {
  const first = frames[at[0]],
    last = frames[at[at.length - 1]];
  if (now < first || now > last) return null;
  let k = 0;
  while (k < at.length - 2 && frames[at[k + 1]] <= now) k += 1;
  if (at.length === 1) return [0, 0, 0];
  const from = frames[at[k]];
  return [k, k + 1, (now - from) / (frames[at[k + 1]] - from)];
}

// Numbers of an answer, `size` a frame, between two of its frames.
const mixed = (values, size, [one, two, share]) =>
  Array.from({ length: size }, (_, k) => values[one * size + k] * (1 - share) + values[two * size + k] * share);

// Three rows of four, made a rotation again after they were mixed.
function straightened(m) {
  const column = (k) => [m[k], m[4 + k], m[8 + k]],
    x = unit(column(0)),
    y = unit(minus(column(1), times(x, dot(x, column(1))))),
    z = cross(x, y);
  return [x[0], y[0], z[0], m[3], x[1], y[1], z[1], m[7], x[2], y[2], z[2], m[11]];
}
