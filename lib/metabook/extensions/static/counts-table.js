// Counts as people type, paste and keep them: text to rows of five cells, rows to counts, and
// what is wrong with a row, in the words of the command line. Nothing here touches the page.
const COLUMNS = ["study", "events_treatment", "n_treatment", "events_control", "n_control"];
// What other programs call these columns; the header of a file may use any.
const ALSO = {
  study: ["studlab", "slab", "author", "trial", "name"],
  events_treatment: ["ai", "event.e", "evente", "e1", "events 1", "events_intervention", "events_experimental"],
  n_treatment: ["n1i", "n.e", "ne", "n1", "total 1", "n_intervention", "n_experimental"],
  events_control: ["ci", "event.c", "eventc", "e2", "events 2"],
  n_control: ["n2i", "n.c", "nc", "n2", "total 2"],
};

// The cells of a text: tabs from a spreadsheet, else semicolons or commas; quotes as in CSV.
function cellsOf(text) {
  const [first] = text.trim().split(/\r?\n/);
  const delimiter = ["\t", ";", ","].find((mark) => first.includes(mark)) ?? "\t";
  const rows = [[""]];
  let quoted = false;
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let i = 0; i < source.length; i++) {
    const [mark, row] = [source[i], rows[rows.length - 1]];
    const add = (letter) => { row[row.length - 1] += letter; };
    if (quoted && mark === '"' && source[i + 1] === '"') add(source[++i]);
    else if (mark === '"' && (quoted || row[row.length - 1].trim() === "")) quoted = !quoted;
    else if (quoted) add(mark);
    else if (mark === delimiter) row.push("");
    else if (mark === "\n") rows.push([""]);
    else add(mark);
  }
  return rows.map((row) => row.map((cell) => cell.replace(/[\s\u00a0\u202f]+/g, " ").trim()))
    .filter((row) => row.some(Boolean));
}

// Which column a heading names; -1 if none.
function columnOf(heading) {
  const plain = heading.toLowerCase().trim();
  return COLUMNS.findIndex((name) => [name, name.replace("_", " "), ...ALSO[name]].includes(plain));
}

// Rows of five cells from a text: by its header, or in the order of the columns. A cell such
// as 6/48 holds events and patients; a row that sums the others is left out and told.
function tableOf(text) {
  const read = cellsOf(text);
  const told = [];
  let body = read;
  const isHeader = read.length > 0 && !read[0].slice(1).some((cell) => /\d/.test(cell) && columnOf(cell) < 0);
  if (isHeader) {
    const places = read[0].map(columnOf);
    body = read.slice(1);
    if (COLUMNS.every((_, i) => places.includes(i)))
      body = body.map((row) => COLUMNS.map((_, i) => row[places.indexOf(i)] ?? ""));
    else if (places.some((place) => place >= 0)) {
      const missing = COLUMNS.filter((_, i) => !places.includes(i));
      told.push(`The header has no ${missing.join(", no ")}: the columns were taken in their order.`);
    }
  }
  const rows = body.map((row) => [row[0], ...row.slice(1).flatMap((cell) => {
    const pair = cell.match(/^(\d+) ?(?:\/|of) ?(\d+)$/);
    return pair ? [pair[1], pair[2]] : [cell];
  })]).map((row) => COLUMNS.map((_, i) => row[i] ?? ""));
  const kept = rows.filter(([name]) => !/^(sub)?totals?\b|^overall\b|^sum\b/i.test(name));
  if (kept.length < rows.length) told.push("A row of totals was left out.");
  return { rows: kept, told };
}

// What is wrong with a count, and the mend; nothing if it is one.
function wrongCount(value) {
  if (value === "") return "blank; write a whole number, 0 if there was none";
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(value))
    return "not a number; write digits only, without %, spaces or thousands separators";
  const count = Number(value);
  if (count < 0) return "negative; a count of patients is 0 or more";
  if (count > 2 ** 53) return "too large for a count of patients; correct it";
  return Number.isInteger(count) ? "" : "not a whole number; write the count, not a rate or mean";
}

// All that is wrong: {row, column, text}. An empty row is no study.
function faults(rows) {
  const found = [];
  const seen = new Map();
  rows.forEach((row, i) => {
    if (!row.some(Boolean)) return;
    const say = (column, text) => found.push({ row: i, column, text: `Row ${i + 1}, column ${COLUMNS[column]}: ${
      row[column] === "" ? "" : `“${row[column]}” `}${text}.` });
    if (row[0] === "") say(0, "give the study a name");
    else if (seen.has(row[0])) say(0, `row ${seen.get(row[0]) + 1} has the same name; make the names differ`);
    else seen.set(row[0], i);
    for (const column of [1, 3]) {
      const wrong = [wrongCount(row[column]), wrongCount(row[column + 1])];
      wrong.forEach((text, j) => { if (text) say(column + j, text); });
      if (wrong.some(Boolean)) continue;
      const [events, n] = [Number(row[column]), Number(row[column + 1])];
      if (n === 0) say(column + 1, "an arm needs at least 1 patient; remove the study if it has no such arm");
      else if (events > n) say(column, `more events than the ${n} patients of ${COLUMNS[column + 1]}; correct one of the two`);
    }
  });
  return found;
}

// The four arrays and the names, of rows without a fault.
function countsOf(rows) {
  const full = rows.filter((row) => row.some(Boolean));
  return Object.fromEntries(COLUMNS.map((name, i) =>
    [name, full.map((row) => (i ? Number(row[i]) : row[i]))]));
}

const quotedCell = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csvOf = (rows) => [COLUMNS, ...rows.filter((row) => row.some(Boolean))]
  .map((row) => `${row.map(quotedCell).join(",")}\n`).join("");
