// WebGL 2: meshes with a colour a vertex, and balls and sticks for graphs and axes.
const LIGHT = `
vec3 lit(vec3 colour, vec3 normal) {
  vec3 n = normalize(normal);
  float day = dot(n, normalize(vec3(-0.35, 0.55, 0.75)));
  return colour * (0.42 + 0.5 * max(day, 0.0) + 0.16 * max(n.y, 0.0) + 0.1 * max(-day, 0.0));
}`;
const MESH = [
  `in vec3 place; in vec3 normal; in vec4 colour; uniform mat4 whole; uniform mat3 turned; out vec3 n; out vec3 c;
  void main() { n = turned * normal; c = colour.rgb; gl_Position = whole * vec4(place, 1.0); }`,
  `in vec3 n; in vec3 c; uniform float alpha; uniform vec4 tint; out vec4 found; ${LIGHT}
  void main() { found = vec4(lit(mix(c, tint.rgb, tint.a), gl_FrontFacing ? n : -n) * alpha, alpha); }`,
];
const BALL = [
  `in vec3 place; in vec4 centre; in vec4 colour; uniform mat4 whole; uniform mat3 turned; out vec3 n; out vec3 c;
  void main() { n = turned * place; c = colour.rgb; gl_Position = whole * vec4(centre.xyz + centre.w * place, 1.0); }`,
  `in vec3 n; in vec3 c; out vec4 found; ${LIGHT} void main() { found = vec4(lit(c, n), 1.0); }`,
];
const STICK = [
  `in vec3 place; in vec4 centre; in vec3 end; in vec4 colour; uniform mat4 whole; uniform mat3 turned; out vec3 n; out vec3 c;
  void main() {
    vec3 along = end - centre.xyz, side = abs(along.x) < abs(along.y) ? vec3(1, 0, 0) : vec3(0, 1, 0);
    vec3 u = normalize(cross(along, side) + 1e-9), v = normalize(cross(u, along) + 1e-9);
    vec3 out_ = u * place.x + v * place.y;
    n = turned * out_; c = colour.rgb;
    gl_Position = whole * vec4(centre.xyz + along * place.z + centre.w * out_, 1.0);
  }`,
  BALL[1],
];
const LINES = [
  `in vec3 place; uniform mat4 whole; void main() { gl_Position = whole * vec4(place, 1.0); }`,
  `uniform vec4 tint; out vec4 found; void main() { found = tint; }`,
];

function drawingOn(canvas) {
  // smooth edges come from more pixels when nothing moves (main.js): samples cost a computer without a GPU twice as much
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true });
  if (!gl) return null;
  const programs = { mesh: program(MESH), ball: program(BALL), stick: program(STICK), lines: program(LINES) };
  const shapes = { ball: shape(ballMesh()), stick: shape(stickMesh()) };
  gl.enable(gl.DEPTH_TEST);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  function program(sources) {
    const made = gl.createProgram();
    [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER].forEach((kind, k) => {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, `#version 300 es\nprecision highp float;\n${sources[k]}`);
      gl.compileShader(shader);
      gl.attachShader(made, shader);
    });
    // the same places in all programs: a buffer fits whichever draws it
    ["place", "normal", "colour", "centre", "end"].forEach((name, k) => gl.bindAttribLocation(made, k, name));
    gl.linkProgram(made);
    if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
    const uniforms = {};
    for (let k = gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS) - 1; k >= 0; k -= 1) {
      const { name } = gl.getActiveUniform(made, k);
      uniforms[name] = gl.getUniformLocation(made, name);
    }
    return { made, uniforms };
  }

  function buffer(kind, data, usage = gl.STATIC_DRAW) {
    const made = gl.createBuffer();
    gl.bindBuffer(kind, made);
    gl.bufferData(kind, data, usage);
    return made;
  }

  function attribute(place, made, size, each = 0, type = gl.FLOAT) {
    gl.bindBuffer(gl.ARRAY_BUFFER, made);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, type !== gl.FLOAT, 0, 0);
    gl.vertexAttribDivisor(place, each);
  }

  // A mesh whose places, normals and colours may be changed.
  function mesh(places, normals, faces) {
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    const made = {
      places: buffer(gl.ARRAY_BUFFER, places, gl.DYNAMIC_DRAW),
      normals: buffer(gl.ARRAY_BUFFER, normals, gl.DYNAMIC_DRAW),
      colours: buffer(gl.ARRAY_BUFFER, new Uint8Array((places.length / 3) * 4), gl.DYNAMIC_DRAW),
    };
    attribute(0, made.places, 3);
    attribute(1, made.normals, 3);
    attribute(2, made.colours, 4, 0, gl.UNSIGNED_BYTE);
    buffer(gl.ELEMENT_ARRAY_BUFFER, faces);
    const type = faces instanceof Uint16Array ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT;
    return { array, ...made, type, size: faces.BYTES_PER_ELEMENT, count: faces.length };
  }

  function change(made, data) {
    gl.bindBuffer(gl.ARRAY_BUFFER, made);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, data);
  }

  // Products of matrices are made here, once, and not for each vertex: without a GPU that is most of the work.
  function use(name, camera, model = IDENTITY) {
    const { made, uniforms } = programs[name],
      seen = product(camera.view, model);
    gl.useProgram(made);
    gl.uniformMatrix4fv(uniforms.whole, false, product(camera.projection, seen));
    if (uniforms.turned) gl.uniformMatrix3fv(uniforms.turned, false, [...seen.slice(0, 3), ...seen.slice(4, 7), ...seen.slice(8, 11)]);
    return uniforms;
  }

  function drawMesh(made, camera, { model = IDENTITY, alpha = 1, tint = [0, 0, 0, 0], from = 0, to = made.count, solid = false } = {}) {
    const uniforms = use("mesh", camera, model);
    gl.uniform1f(uniforms.alpha, alpha);
    gl.uniform4fv(uniforms.tint, tint);
    gl.bindVertexArray(made.array);
    if (alpha < 1) gl.enable(gl.BLEND);
    if (solid) gl.enable(gl.CULL_FACE); // nobody sees its inside
    gl.drawElements(gl.TRIANGLES, to - from, made.type, from * made.size);
    gl.disable(gl.BLEND);
    gl.disable(gl.CULL_FACE);
  }

  function shape({ places, faces }) {
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    attribute(0, buffer(gl.ARRAY_BUFFER, new Float32Array(places)), 3);
    buffer(gl.ELEMENT_ARRAY_BUFFER, new Uint16Array(faces));
    const ends = { centre: gl.createBuffer(), end: gl.createBuffer(), colour: gl.createBuffer() };
    attribute(3, ends.centre, 4, 1);
    attribute(4, ends.end, 3, 1);
    attribute(2, ends.colour, 4, 1, gl.UNSIGNED_BYTE);
    return { array, count: faces.length, ...ends };
  }

  // Balls [{at, radius, colour}] or sticks [{at, end, radius, colour}], all of a kind in one call.
  function drawMany(kind, camera, many) {
    if (!many.length) return;
    use(kind, camera);
    const made = shapes[kind];
    gl.bindVertexArray(made.array);
    const fill = (target, data) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, target);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    };
    fill(made.centre, new Float32Array(many.flatMap(({ at, radius }) => [...at, radius])));
    fill(made.end, new Float32Array(many.flatMap(({ at, end }) => end || at)));
    fill(made.colour, new Uint8Array(many.flatMap(({ colour }) => [...colour, 255])));
    gl.drawElementsInstanced(gl.TRIANGLES, made.count, gl.UNSIGNED_SHORT, 0, many.length);
  }

  const lines = (places) => {
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    attribute(0, buffer(gl.ARRAY_BUFFER, new Float32Array(places)), 3);
    return { array, count: places.length / 3 };
  };
  function drawLines(made, camera, tint) {
    gl.uniform4fv(use("lines", camera).tint, tint);
    gl.bindVertexArray(made.array);
    gl.drawArrays(gl.LINES, 0, made.count);
  }
  return { gl, mesh, change, drawMesh, drawMany, lines, drawLines };
}

// A ball of radius one: an octahedron whose triangles are cut twice.
function ballMesh() {
  let triangles = [];
  for (const x of [1, -1]) for (const y of [1, -1]) for (const z of [1, -1]) triangles.push([[x, 0, 0], [0, y, 0], [0, 0, z]]);
  for (let cut = 0; cut < 2; cut += 1) {
    triangles = triangles.flatMap(([a, b, c]) => {
      const [ab, bc, ca] = [unit(add(a, b)), unit(add(b, c)), unit(add(c, a))];
      return [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]];
    });
  }
  // corners that triangles share are there once: without a GPU each corner costs
  const corners = new Map();
  for (const corner of triangles.flat()) if (!corners.has(`${corner}`)) corners.set(`${corner}`, [corners.size, corner]);
  return { places: [...corners.values()].flatMap(([, corner]) => corner), faces: triangles.flat().map((corner) => corners.get(`${corner}`)[0]) };
}

// A stick from z = 0 to 1 of radius one, without ends.
function stickMesh(sides = 10) {
  const ring = Array.from({ length: sides }, (_, k) => [Math.cos((2 * Math.PI * k) / sides), Math.sin((2 * Math.PI * k) / sides)]);
  const places = ring.flatMap(([x, y]) => [x, y, 0, x, y, 1]);
  const faces = ring.flatMap((_, k) => {
    const next = (k + 1) % sides;
    return [2 * k, 2 * next, 2 * k + 1, 2 * next, 2 * next + 1, 2 * k + 1];
  });
  return { places, faces };
}
