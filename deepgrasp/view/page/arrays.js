// Arrays of the page: base64, deflate, bytes that lie plane by plane, differences, steps of a micrometre.
const byId = (name) => document.getElementById(name);
const KINDS = { u1: Uint8Array, u2: Uint16Array, i4: Int32Array, f4: Float32Array };
const unpacked = new Map();

function unpack(packed, name) {
  if (!unpacked.has(name)) unpacked.set(name, read(packed[name]));
  return unpacked.get(name);
}

async function read({ data, kind, step, running, shape }) {
  const deflated = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = KINDS[kind].BYTES_PER_ELEMENT,
    count = planes.length / size,
    bytes = new Uint8Array(planes.length);
  for (let plane = 0; plane < size; plane += 1) {
    for (let k = 0; k < count; k += 1) bytes[k * size + plane] = planes[plane * count + k];
  }
  const values = new KINDS[kind](bytes.buffer);
  if (running) for (let k = 1; k < count; k += 1) values[k] += values[k - 1];
  const found = step ? Float32Array.from(values, (value) => value * step) : values;
  found.shape = shape;
  return found;
}
