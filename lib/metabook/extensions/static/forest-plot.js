// A forest plot in the looks of the library's, as wide as its place: on a narrow screen the words
// of a row stand above its marks, clear of lines; of very many studies only marks are drawn.
const MANY = 40; // studies
const SIZES = { head: "700 13px", small: "11.5px" }; // as in explorer.css

function svgElement(name, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const pen = document.createElement("canvas").getContext("2d");
function widthOf(text, kind = "") {
  pen.font = `${SIZES[kind] ?? "13px"} ${getComputedStyle(document.body).getPropertyValue("--sans") || "sans-serif"}`;
  // Of digits of one width, as the plot has them.
  return 1.04 * pen.measureText(text).width;
}

// A text that fits its room.
function fitted(text, room, kind = "") {
  if (widthOf(text, kind) <= room) return text;
  const signs = [...text];
  while (signs.length > 1 && widthOf(`${signs.join("")}…`, kind) > room) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}

function drawForest(plot, { axis, arms, studies, total, heading, favors, alt }) {
  const width = Math.max(plot.clientWidth, 280);
  const dense = studies.length > MANY;
  const rows = [...studies, total];
  const widest = (texts, kind) => Math.max(...texts.map((text) => widthOf(text, kind)));
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  // The right edges of the columns, and where the plot begins and ends.
  const named = within(widest(dense ? [total.name] : rows.map((row) => row.name)) + 4, 90, 170);
  const counted = [0, 1].map((a) => within(Math.max(widthOf(capital(arms[a]), "head"), widest(rows.map((row) => row.arms[a]))), 46, 110));
  const ends = [named + 8 + counted[0], named + 22 + counted[0] + counted[1]];
  const weighed = ends[1] + 66;
  const effects = Math.max(widthOf(heading, "head"), widest(rows.map((row) => row.effect)));
  const narrow = width < 560 || width - effects - weighed < 200;
  const [left, right] = narrow ? [8, width - 8] : [weighed + 18, width - effects - 14];
  const [pitch, top, middle] = narrow ? [56, 8, 42] : [26, 26, 13];
  // From one study to the next.
  const step = dense ? Math.max(3, Math.min(8, 500 / studies.length)) : pitch;
  const end = top + step * studies.length + (dense ? 10 : 0);
  const bottom = end + pitch + 8;
  const sides = [`← ${favors[0]}`, `${favors[1]} →`];
  const both = sides.reduce((sum, side) => sum + widthOf(side, "small"), 12) <= right - left;
  const height = bottom + (both ? 40 : 56);
  const scale = axis.log ? Math.log : (value) => value;
  const share = (value) => (scale(value) - scale(axis.low)) / (scale(axis.high) - scale(axis.low));
  const x = (value) => left + (right - left) * within(share(value), 0, 1);
  const svg = svgElement("svg", { role: "img", "aria-label": alt, width, height, viewBox: `0 0 ${width} ${height}` });
  const add = (name, attributes, text) => svg.appendChild(svgElement(name, attributes, text));
  const write = (at, y, text, anchor = "start", kind = "") => add("text", { x: at, y, "text-anchor": anchor, class: kind }, text);
  const line = (x1, y1, x2, y2, kind) => add("line", { x1, y1, x2, y2, class: kind });
  const heaviest = Math.max(dense ? 0 : 12, ...studies.map((study) => study.weight ?? 0));

  if (!narrow) {
    write(0, 14, dense ? `${studies.length} studies` : "Study", "start", "head");
    ends.forEach((at, a) => write(at, 14, fitted(capital(arms[a]), counted[a], "head"), "end", "head"));
    write(weighed, 14, "Weight", "end", "head");
    write(width, 14, heading, "end", "head");
    line(0, top - 4, width, top - 4, "rule");
  }
  const upright = (from, to) => {
    line(x(axis.null), from, x(axis.null), to, "null");
    if (total.estimate !== null) line(x(total.estimate), from, x(total.estimate), Math.min(to, end + middle), "pooled");
  };
  const broken = narrow && !dense;
  if (!broken) upright(top, bottom);

  rows.forEach((row, i) => {
    const sum = row === total;
    const start = sum ? end + 4 : top + step * i;
    const y = dense && !sum ? start + 4 : start + middle;
    if (broken) upright(y - 10, sum ? bottom : y + 10);
    const kind = sum ? "head" : row.inside ? "" : "out";
    if (sum) line(0, start - 3, narrow ? width : weighed, start - 3, "rule");
    if (narrow && (sum || !dense)) {
      write(0, start + 13, fitted(row.name, width - widthOf(row.effect, kind) - 12, kind), "start", kind);
      write(width, start + 13, row.effect, "end", kind);
      const counts = row.arms.map((count, a) => `${count} ${arms[a]}`).join(", ");
      write(0, start + 27, fitted(counts, width - widthOf(row.weighs, "small") - 12, "small"), "start", "small");
      write(width, start + 27, row.weighs, "end", "small");
    } else if (sum || !dense) {
      write(0, y + 4.5, fitted(row.name, named, kind), "start", kind);
      ends.forEach((at, a) => write(at, y + 4.5, row.arms[a], "end", kind));
      write(weighed, y + 4.5, row.weighs, "end", kind);
      write(width, y + 4.5, row.effect, "end", kind);
    }
    if (row.estimate === null) return;
    const [from, to] = [row.lower ?? row.estimate, row.upper ?? row.estimate];
    if (sum) {
      const corners = [[from, 0], [row.estimate, -7], [to, 0], [row.estimate, 7]];
      add("polygon", { class: "mark", points: corners.map(([value, up]) => `${x(value)},${y + up}`).join(" ") });
    } else {
      if (row.inside) {
        // No weights, no sizes.
        const side = (dense ? step : 15) * (row.weight === null ? 0.5 : Math.sqrt(row.weight / heaviest));
        add("rect", { class: "mark", x: x(row.estimate) - side / 2, y: y - side / 2, width: side, height: side });
      }
      line(x(from), y, x(to), y, row.inside ? "interval" : "interval out");
      if (!row.inside) add("circle", { class: "hollow", cx: x(row.estimate), cy: y, r: dense ? 1.5 : 3 });
    }
    // An arrow where an interval runs off the axis.
    for (const [cut, tip, back] of [[from < axis.low, left, 7], [to > axis.high, right, -7]]) {
      const up = dense ? 2 : 4;
      if (cut) add("polygon", { class: row.inside ? "arrow" : "arrow out", points: `${tip},${y} ${tip + back},${y - up} ${tip + back},${y + up}` });
    }
  });

  line(left, bottom, right, bottom, "axis");
  axis.ticks.forEach((tick, i) => {
    line(x(tick), bottom, x(tick), bottom + 4, "axis");
    write(x(tick), bottom + 17, axis.labels[i], "middle", "small");
  });
  const room = both ? right - left : narrow ? width : width - left;
  write(left, bottom + 34, fitted(sides[0], room, "small"), "start", "small");
  write(both ? right : width, bottom + (both ? 34 : 50), fitted(sides[1], room, "small"), "end", "small");
  plot.replaceChildren(svg);
}
