// Cameras that go round a target, and how mouse, fingers and keys move them.
const VIEWS = ["front", "right", "left", "back", "above", "hands"];
const ANGLE = (35 * Math.PI) / 180;

function cameraFor(shown) {
  const up = shown.up,
    m = shown.body.transforms; // the body at rest looks along its z
  const ahead = [m[2], m[6], m[10]],
    level = unit(minus(ahead, times(up, dot(up, ahead)))),
    aside = cross(up, level); // to the body's left
  const pelvis = shown.body.places.slice(0, 3);
  const camera = { yaw: 0, pitch: 0.2, distance: 3.3, target: add(Array.from(pelvis), times(up, -0.02)), name: "front" };

  function direction() {
    const flat = add(times(level, Math.cos(camera.yaw)), times(aside, Math.sin(camera.yaw)));
    return add(times(flat, Math.cos(camera.pitch)), times(up, Math.sin(camera.pitch)));
  }
  const object = (frame) => [3, 7, 11].map((k) => shown.thing.poses[frame * 12 + k]);
  let held = object(0);
  // the view of the hands goes where the object goes
  function follow(frame) {
    const now = object(frame);
    if (camera.name === "hands") camera.target = add(camera.target, minus(now, held));
    held = now;
  }
  function look(name, frame = 0) {
    const yaw = { front: 0, right: -Math.PI / 2, left: Math.PI / 2, back: Math.PI, above: 0, hands: -0.5 }[name];
    const near = name === "hands",
      target = near ? object(frame) : add(Array.from(pelvis), times(up, -0.02));
    held = object(frame);
    Object.assign(camera, { name, yaw, pitch: name === "above" ? 1.35 : near ? 0.35 : 0.2, distance: near ? 0.8 : 3.3, target });
  }
  function turn(x, y) {
    camera.yaw -= x;
    camera.pitch = Math.max(-1.5, Math.min(1.5, camera.pitch + y));
  }
  // x and y as shares of the height of the view
  function move(x, y) {
    const back = direction(),
      right = unit(cross(up, back)),
      over = cross(back, right),
      scale = 2 * camera.distance * Math.tan(ANGLE / 2);
    camera.target = add(camera.target, add(times(right, -x * scale), times(over, y * scale)));
  }
  const zoom = (factor) => {
    camera.distance = Math.max(0.15, Math.min(30, camera.distance * factor));
  };
  function matrices(wide) {
    const eye = add(camera.target, times(direction(), camera.distance));
    // a tall view is as wide as a square one would be
    const angle = wide < 1 ? 2 * Math.atan(Math.tan(ANGLE / 2) / Math.max(wide, 0.4)) : ANGLE;
    return { view: lookingAt(eye, camera.target, up), projection: perspective(angle, wide, 0.02, 60), eye };
  }
  return { camera, look, follow, turn, move, zoom, matrices };
}

// Pointers and keys on the view: `cameraAt(x)` is the camera that is drawn there, `changed()` draws it again.
function handle(view, cameraAt, changed, keys) {
  const down = new Map();
  let held = null,
    pinch = null, // of two fingers: their middle, and how far apart they are
    waiting = false;
  const share = (event) => {
    const box = view.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, box];
  };
  const pinched = () => {
    const [a, b] = [...down.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  };
  // Both fingers at once, though each tells of itself: else what one moves far away the other does not move back from near.
  function both() {
    if (!waiting) return;
    waiting = false;
    const before = pinch,
      height = view.clientHeight;
    pinch = pinched();
    held.move((pinch.x - before.x) / height, (pinch.y - before.y) / height);
    held.zoom(before.apart / pinch.apart);
    changed();
  }
  view.addEventListener("pointerdown", (event) => {
    both();
    const [x, y] = share(event);
    if (!down.size) held = cameraAt(x, y);
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (down.size === 2) pinch = pinched();
    view.setPointerCapture(event.pointerId);
    view.classList.add("held");
  });
  view.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const height = view.clientHeight,
      x = (event.clientX - before.x) / height,
      y = (event.clientY - before.y) / height;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (down.size > 2) return;
    if (down.size === 2) {
      if (!waiting) requestAnimationFrame(both);
      waiting = true;
      return;
    }
    if (event.shiftKey || event.buttons & 6) held.move(x, y);
    else held.turn(3 * x, 3 * y);
    changed();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    view.addEventListener(name, (event) => {
      both();
      down.delete(event.pointerId);
      if (down.size === 2) pinch = pinched(); // of three
      if (!down.size) view.classList.remove("held");
    });
  }
  view.addEventListener("contextmenu", (event) => event.preventDefault());
  view.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      held = cameraAt(...share(event));
      held.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 400))));
      changed();
    },
    { passive: false },
  );
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const camera = held || cameraAt(0, 0),
      step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step && event.shiftKey) camera.move(-0.05 * step[0], -0.05 * step[1]);
    else if (step) camera.turn(0.12 * step[0], -0.12 * step[1]);
    else if (event.key === "+" || event.key === "=") camera.zoom(0.88);
    else if (event.key === "-") camera.zoom(1.14);
    else if (!keys(event.key)) return;
    event.preventDefault();
    changed();
  });
}
