// Which classes are taken for which.
/** True classes down, predicted ones across; the shade is the share of the true class. */
function confusion(task, row) {
  const names = task.classes,
    size = names.length > 20 ? 13 : 40,
    edge = 6.4 * Math.max(...names.map((name) => name.length)) + 10;
  const totals = names.map(() => 0),
    full = size * names.length;
  for (const [truth, , count] of row.confusion) totals[truth] += count;
  const cells = row.confusion.map(([truth, said, count]) => {
    const share = count / totals[truth],
      x = edge + said * size,
      y = edge + truth * size,
      { fill, ink } = heat(0.1 + 0.9 * share);
    const text = `true ${names[truth]}, predicted ${names[said]}: ${count} of ${totals[truth]}`;
    const number =
      size > 20
        ? words(x + size / 2, y + size / 2 + 4, `${count}`, { "text-anchor": "middle", style: `fill:${ink}` })
        : null;
    return tipped(
      draw(
        "g",
        { class: "cell" },
        draw("rect", { x, y, width: size - 1, height: size - 1, style: `fill:${fill}` }),
        number,
      ),
      text,
    );
  });
  const font = size > 20 ? 12 : 10;
  const labels = names.flatMap((name, k) => [
    words(edge - 6, edge + (k + 0.5) * size + 4, name, { "text-anchor": "end", style: `font-size:${font}px` }),
    words(0, 0, name, {
      transform: `translate(${edge + (k + 0.5) * size + 4},${edge - 6}) rotate(-90)`,
      style: `font-size:${font}px`,
    }),
  ]);
  const frame = draw("rect", {
    x: edge - 1,
    y: edge - 1,
    width: full + 1,
    height: full + 1,
    fill: "none",
    stroke: "var(--line)",
  });
  const wrong = row.confusion
    .filter(([truth, said]) => truth !== said)
    .sort((a, b) => b[2] - a[2])
    .slice(0, 6);
  const says = `Confusion matrix of ${row.label}: ${names.length} classes, true down, predicted across`;
  return block(
    `Confusion, ${row.sequences} test sequences`,
    el(
      "p",
      { class: "note" },
      "True class down, predicted across; the stronger the colour, the larger the share of the true class.",
    ),
    el(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusion matrix, scrolls" },
      picture(edge + full + 6, edge + full + 6, says, frame, cells, labels),
    ),
    el(
      "p",
      { class: "note" },
      "Most frequent mistakes: ",
      wrong.map(([truth, said, count]) => `${names[truth]} taken for ${names[said]} (${count})`).join("; ") || "none",
      ".",
    ),
  );
}
