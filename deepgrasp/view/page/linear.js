// Vectors of three and matrices of 4 x 4 (column by column, as WebGL has them).
const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const times = (a, s) => [a[0] * s, a[1] * s, a[2] * s];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => times(a, 1 / (Math.hypot(...a) || 1));
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function product(a, b) {
  const found = new Array(16).fill(0);
  for (let column = 0; column < 4; column += 1) {
    for (let row = 0; row < 4; row += 1) {
      for (let k = 0; k < 4; k += 1) found[column * 4 + row] += a[k * 4 + row] * b[column * 4 + k];
    }
  }
  return found;
}

function perspective(angle, wide, near, far) {
  const f = 1 / Math.tan(angle / 2),
    depth = near - far;
  return [f / wide, 0, 0, 0, 0, f, 0, 0, 0, 0, (far + near) / depth, -1, 0, 0, (2 * far * near) / depth, 0];
}

function lookingAt(eye, target, up) {
  const z = unit(minus(eye, target)),
    x = unit(cross(up, z)),
    y = cross(z, x);
  return [x[0], y[0], z[0], 0, x[1], y[1], z[1], 0, x[2], y[2], z[2], 0, -dot(x, eye), -dot(y, eye), -dot(z, eye), 1];
}

// Twelve numbers, the rotation beside the translation, row by row, as a matrix of 4 x 4.
const rigid = (m, at = 0) => [
  ...[m[at], m[at + 4], m[at + 8], 0, m[at + 1], m[at + 5], m[at + 9], 0],
  ...[m[at + 2], m[at + 6], m[at + 10], 0, m[at + 3], m[at + 7], m[at + 11], 1],
];
// The same place, turned the other way round: what comes out without GRAB's transpose.
const otherWay = (m) => [m[0], m[4], m[8], 0, m[1], m[5], m[9], 0, m[2], m[6], m[10], 0, m[12], m[13], m[14], 1];
const placed = (m, p) => [0, 1, 2].map((k) => m[k] * p[0] + m[4 + k] * p[1] + m[8 + k] * p[2] + m[12 + k]);
