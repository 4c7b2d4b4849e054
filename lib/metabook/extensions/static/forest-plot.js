// A forest plot in the looks of the library's, as wide as its place: on a narrow screen the
// words of a row stand above its marks.
function svgElement(name, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function drawForest(plot, { axis, arms, studies, total, heading, favors, alt }) {
  const width = Math.max(plot.clientWidth, 280);
  const narrow = width < 560;
  const [left, right] = narrow ? [8, width - 8] : [318, width - 165];
  const [pitch, top, middle] = narrow ? [56, 8, 42] : [26, 26, 13];
  const bottom = top + pitch * (studies.length + 1) + 8;
  const scale = axis.log ? Math.log : (value) => value;
  const share = (value) => (scale(value) - scale(axis.low)) / (scale(axis.high) - scale(axis.low));
  const x = (value) => left + (right - left) * Math.min(Math.max(share(value), 0), 1);
  const svg = svgElement("svg", { role: "img", "aria-label": alt, width, height: bottom + 40,
    viewBox: `0 0 ${width} ${bottom + 40}` });
  const add = (name, attributes, text) => svg.appendChild(svgElement(name, attributes, text));
  const write = (at, y, text, anchor = "start", kind = "") => add("text", { x: at, y, "text-anchor": anchor, class: kind }, text);
  const line = (x1, y1, x2, y2, kind) => add("line", { x1, y1, x2, y2, class: kind });
  const heaviest = Math.max(12, ...studies.map((study) => study.weight ?? 0));

  if (!narrow) {
    write(0, 14, "Study", "start", "head");
    write(172, 14, arms[0], "end", "head");
    write(234, 14, arms[1], "end", "head");
    write(300, 14, "Weight", "end", "head");
    write(width, 14, heading, "end", "head");
    line(0, top - 4, width, top - 4, "rule");
  }
  line(x(axis.null), top, x(axis.null), bottom, "null");
  line(x(total.estimate), top, x(total.estimate), bottom - 8 - pitch + middle, "pooled");

  [...studies, total].forEach((row, i) => {
    const start = top + pitch * i + (row === total ? 4 : 0);
    const y = start + middle;
    const kind = row === total ? "head" : row.inside ? "" : "out";
    if (row === total) line(0, start - 3, narrow ? width : 300, start - 3, "rule");
    if (narrow) {
      write(0, start + 13, row.name, "start", kind);
      write(width, start + 13, row.effect, "end", kind);
      write(0, start + 27, row.arms.map((count, a) => `${count} ${arms[a].toLowerCase()}`).join(", "), "start", "small");
      write(width, start + 27, row.weighs, "end", "small");
    } else {
      write(0, y + 4.5, row.name, "start", kind);
      write(172, y + 4.5, row.arms[0], "end", kind);
      write(234, y + 4.5, row.arms[1], "end", kind);
      write(300, y + 4.5, row.weighs, "end", kind);
      write(width, y + 4.5, row.effect, "end", kind);
    }
    if (row === total) {
      const corners = [[row.lower, 0], [row.estimate, -7], [row.upper, 0], [row.estimate, 7]];
      add("polygon", { class: "mark", points: corners.map(([value, up]) => `${x(value)},${y + up}`).join(" ") });
    } else if (row.inside && row.estimate !== null) {
      const side = row.weight === null ? 7 : 15 * Math.sqrt(row.weight / heaviest); // no weights, no sizes
      add("rect", { class: "mark", x: x(row.estimate) - side / 2, y: y - side / 2, width: side, height: side });
    }
    if (row !== total && row.estimate !== null) {
      line(x(row.lower), y, x(row.upper), y, row.inside ? "interval" : "interval out");
      if (!row.inside) add("circle", { class: "hollow", cx: x(row.estimate), cy: y, r: 3 });
    }
    // An arrow where an interval runs off the axis.
    for (const [cut, tip, back] of row.estimate === null ? [] : [[row.lower < axis.low, left, 7], [row.upper > axis.high, right, -7]]) {
      if (cut) add("polygon", { class: row.inside ? "arrow" : "arrow out", points: `${tip},${y} ${tip + back},${y - 4} ${tip + back},${y + 4}` });
    }
  });

  line(left, bottom, right, bottom, "axis");
  axis.ticks.forEach((tick, i) => {
    line(x(tick), bottom, x(tick), bottom + 4, "axis");
    write(x(tick), bottom + 17, axis.labels[i], "middle", "small");
  });
  write(left, bottom + 34, `← ${favors[0]}`, "start", "small");
  write(right, bottom + 34, `${favors[1]} →`, "end", "small");
  plot.replaceChildren(svg);
}
