// Counts as people type, paste and keep them: text to rows of five cells, rows to counts, and
// what is wrong with a row, in the words of the command line (`SENTENCES`). Nothing here touches the page.
const COLUMNS = ["study", "events_treatment", "n_treatment", "events_control", "n_control"];
const OTHERWISE = "The command line can be told: python -m twobytwo pool FILE";

const say = (text, values = {}) => text.replace(/\{(\w+)[^}]*\}/g, (_, name) => values[name]);
const whole = (text) => new RegExp(`^(?:${text})$`, "i");
const quote = (text) => `“${text.length > 60 ? `${text.slice(0, 30)}…${text.slice(-30)} (${text.length} characters)` : text}”`;

// ---- Text to cells --------------------------------------------------------------------

// Cells by one delimiter; quotes as in CSV.
function cellsOf(text, delimiter) {
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const [mark, row] = [text[i], rows[rows.length - 1]];
    const add = (letter) => { row[row.length - 1] += letter; };
    if (quoted && mark === '"' && text[i + 1] === '"') add(text[++i]);
    else if (mark === '"' && (quoted || row[row.length - 1].trim() === "")) quoted = !quoted;
    else if (quoted) add(mark);
    else if (mark === delimiter) row.push("");
    else if (mark === "\n") rows.push([""]);
    else add(mark);
  }
  return rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()).filter((cell) => cell || delimiter !== " "))
    .filter((row) => row.some(Boolean));
}

// The header, and where everything stands in it: the delimiter with which a header is understood.
function understood(text) {
  const sign = text.match(/^\s*"?sep=(.)"?[,;\t]*\n/i);
  const source = sign ? text.slice(sign[0].length) : text;
  const marks = sign ? [sign[1]] : ["\t", ";", "|", ",", " "].filter((mark) => source.includes(mark));
  let refused = null;
  for (const mark of marks) {
    const rows = cellsOf(source, mark);
    for (let i = 0; i < Math.min(rows.length, 10); i++) {
      const places = columnsOf(rows[i], rows.slice(i + 1, i + 20));
      if (places && !places.refused) return { places, header: rows[i], body: rows.slice(i + 1), above: rows.slice(0, i) };
      refused ??= mark === " " ? null : places?.refused;
    }
  }
  const [mark] = marks.filter((one) => one !== " ");
  return { refused, rows: cellsOf(source, mark ?? "\t") };
}

// Five cells without a header that says more: in the order of the table.
function inOrder(rows) {
  const split = (row) => (row.length === 1 ? row[0].match(/^(.+?) (\d+) (\d+) (\d+) (\d+)$/)?.slice(1) ?? row : row)
    .flatMap((cell, i) => (i && PAIR.test(cell) ? cell.match(PAIR).slice(1) : [cell]));
  const all = rows.map(split);
  const kinds = all[0].slice(1).map((name) => meaning(name).kind);
  const isHeader = all.length > 1 && !all[0].slice(1).some((cell) => /\d/.test(cell));
  if (isHeader && kinds.some((kind, i) => kind && kind !== ["events", "n"][i % 2])) return null;
  const body = isHeader ? all.slice(1) : all;
  if (!body.some((row) => row.length === 5 && row.slice(1).every((cell) => /\d/.test(cell)))) return null;
  return { rows: body.map((row) => COLUMNS.map((_, i) => row[i] ?? "")),
    notes: isHeader ? ["The header names no arms: the columns were taken in their order."] : [] };
}

// ---- Cells to rows --------------------------------------------------------------------

const SHARE = /^(.*\d) ?[([] ?(\d+([.,]\d+)? ?%|\d+[.,]\d+) ?[)\]]$/; // 12 (24 %)
const count = (cell) => cell?.match(SHARE)?.[1].trim() ?? cell ?? "";

// Events and patients of an arm, as text.
function armOf(row, { events, n, without, both }) {
  if (both !== undefined) return row[both]?.replace(SHARE, "$1").match(PAIR)?.slice(1) ?? [row[both] ?? "", ""];
  const [cases, patients, others] = [events, n, without].map((i) => (i === undefined ? null : count(row[i])));
  if (others === null) return [cases, patients];
  if (!/^\d+$/.test(others) || !/^\d+$/.test(cases ?? patients)) return [cases ?? others, patients ?? others];
  return cases === null ? [String(patients - others), patients] : [cases, String(Number(cases) + Number(others))];
}

// The studies of an export of RevMan 5, each with its outcome: the first row of each comparison,
// outcome and subgroup is its title, with the sums of the rows below.
function ofRevman5(header, rows) {
  const [comparison, outcome, subgroup, name] = ["comparison number", "outcome number", "subgroup number", "name"]
    .map((column) => header.findIndex((one) => plain(one) === column));
  if (comparison < 0 || outcome < 0) return null;
  const titles = new Map();
  const numbered = (row, ...columns) => columns.map((i) => row[i] || "0").join(".");
  const body = rows.filter((row) => {
    const key = numbered(row, comparison, outcome, subgroup);
    const isStudy = titles.has(key);
    if (!isStudy) titles.set(key, row[name]);
    return isStudy;
  });
  return { body, outcomes: body.map((row) => titles.get(`${numbered(row, comparison, outcome)}.0`)) };
}

// Rows of a text, or why it is refused: {rows, notes, names} or {refused}.
function tableOf(given) {
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (/^\s*</.test(text) || text.includes("\0")) return { refused: `That is no plain table. ${OTHERWISE}` };
  const { places, header, body: written, above, refused, rows } = understood(text);
  if (!places) {
    const taken = rows.length && !refused ? inOrder(rows) : null;
    return taken ? withoutTotals(taken) : { refused: `${refused ?? `The header does not name ${COLUMNS.join(", ")}.`} ${OTHERWISE}, with --columns` };
  }
  const { body, outcomes } = ofRevman5(header, written) ?? { body: written, outcomes: written.map((row) => row[places.outcome]) };
  const counted = body.filter((row) => places.arms.some((arm) => Object.values(arm).some((i) => row[i])));
  const long = counted.find((row) => row.slice(header.length).some(Boolean));
  if (long) return { refused: `The row of ${quote(long[0])} has ${long.length} fields where the header has ${header.length}: quote values that contain the separator.` };
  const from = (arm) => Object.values(arm).map((i) => quote(header[i])).join(", ");
  const notes = [`Read from ${places.arms.map(from).join(" against ")}.`, ...[...above, ...body.filter((row) => !counted.includes(row))]
    .map((row) => `Left out: ${quote(row.filter(Boolean).join(" "))}.`)];
  const several = [...new Set(outcomes.filter((one, i) => one && counted.includes(body[i])))];
  if (several.length > 1) return { refused: `There are ${several.length} outcomes (${several.join(", ")}). ${OTHERWISE} --outcome "${several[0]}"` };
  const name = (row) => row[places.study] ?? "";
  const made = places.arm >= 0 ? pairs(counted, places, name)
    : { rows: counted.map((row) => [name(row), ...places.arms.flatMap((arm) => armOf(row, arm))]), names: places.names };
  if (made.refused) return made;
  const years = counted.map((row) => row[places.year]);
  const repeats = new Set(made.rows.map(([study]) => study)).size < made.rows.length;
  if (repeats && places.arm < 0 && places.year >= 0) made.rows.forEach((row, i) => { row[0] += ` ${years[i]}`; });
  return { ...withoutTotals({ rows: made.rows, notes }), names: made.names };
}

// One row for each study of a table with one row for each arm.
function pairs(rows, { arm, arms: [slot] }, name) {
  const labels = [...new Set(rows.map((row) => row[arm]))];
  const control = labels.length === 2 ? controlOf(labels) : -1;
  if (control < 0) return { refused: `There are the arms ${labels.join(", ")}: which is the control? ${OTHERWISE} --treatment "${labels[0]}" --control "${labels.at(-1)}"` };
  const studies = [...new Set(rows.map(name))];
  const rowsOf = (study, label) => rows.filter((row) => name(row) === study && row[arm] === label);
  const odd = studies.find((study) => labels.some((label) => rowsOf(study, label).length !== 1));
  if (odd !== undefined) return { refused: `${quote(odd)} needs one row for each of the arms ${labels.join(" and ")}.` };
  const names = [labels[1 - control], labels[control]];
  return { names, rows: studies.map((study) => [study, ...names.flatMap((label) => armOf(rowsOf(study, label)[0], slot))]) };
}

const isSum = (row, above) => above.length > 0
  && [1, 2, 3, 4].every((i) => /^\d+$/.test(row[i]) && Number(row[i]) === above.reduce((sum, one) => sum + Number(one[i]), 0));
const called = ([name], pattern) => whole(pattern).test(plain(name));

// Rows that are called a total, or nothing, and are the sum of those above are left out and told.
function withoutTotals({ rows, notes }) {
  const kept = [];
  for (const [i, row] of rows.entries()) {
    const named = called(row, NAMES.total) || (called(row, NAMES.likeTotal) && kept.length > 1);
    const nameless = row[0] === "" && i === rows.length - 1 && kept.length > 1;
    if ((named || nameless) && isSum(row, kept)) notes.push(`Left out: a total (${quote(row[0])}).`);
    else kept.push(row);
  }
  return { rows: kept, notes };
}

// ---- What is wrong --------------------------------------------------------------------

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i;
const THOUSANDS = /^[+-]?\d{1,3}([.,]\d{3})+$/;

// What is wrong with a count, and the mend; nothing if it is one.
function wrongCount(value) {
  if (value === "") return SENTENCES.BLANK;
  if (value.startsWith("=")) return SENTENCES.FORMULA;
  if (whole(NAMES.date).test(value)) return SENTENCES.DATE;
  if (THOUSANDS.test(value))
    return say(SENTENCES.THOUSANDS, { digits: value.replace(/[.,]/g, ""), also: `or ${Number(value.replaceAll(",", "."))}` });
  if (whole(NAMES.unknown).test(value)) return SENTENCES.UNKNOWN;
  if (!NUMBER.test(value)) return SENTENCES.NO_NUMBER;
  const number = Number(value);
  if (number < 0) return SENTENCES.NEGATIVE;
  if (number > NAMES.largest) return say(SENTENCES.TOO_LARGE, { largest: NAMES.largest.toLocaleString("en-US") });
  return Number.isInteger(number) ? "" : SENTENCES.NOT_WHOLE;
}
const counted = (row) => row.slice(1).every((value) => !wrongCount(value));

const keyOf = (name) => name.normalize("NFKC").replace(/\p{Cf}/gu, "").toLowerCase().split(/\s+/).filter(Boolean).join(" ");

// All that is wrong: {row, column, text}. An empty row is no study.
function faults(rows) {
  const found = [];
  const seen = new Map();
  const there = rows.map((row, i) => ({ row, i })).filter(({ row }) => row.some(Boolean));
  const add = (row, column, text) => found.push({ row, column, text: `Row ${row + 1}, column ${COLUMNS[column]}: ${
    rows[row][column] === "" ? "" : `${quote(rows[row][column])}; `}${text}.` });
  for (const { row, i } of there) {
    const key = keyOf(row[0]);
    const before = seen.get(key);
    const others = there.filter((one) => one.i !== i).map((one) => one.row);
    if (row[0] === "") add(i, 0, SENTENCES.NO_NAME);
    else if (before !== undefined)
      add(i, 0, say(SENTENCES.SAME_NAME, { row: before + 1 }) + (rows[before][0] === row[0] ? "" : say(SENTENCES.SPELLING, { name: quote(rows[before][0]) })) + SENTENCES.MAKE_DIFFER);
    else if (called(row, NAMES.total) && others.length && others.every(counted)) add(i, 0, isSum(row, others) ? SENTENCES.A_SUM : SENTENCES.NO_SUM);
    else if ([there[0].i, there.at(-1).i].includes(i) && others.length > 1 && isSum(row, others)) add(i, 0, SENTENCES.A_SUM);
    if (!seen.has(key)) seen.set(key, i);
    for (const column of [1, 3]) {
      const wrong = [wrongCount(row[column]), wrongCount(row[column + 1])];
      wrong.forEach((text, j) => { if (text) add(i, column + j, text); });
      if (wrong.some(Boolean)) continue;
      const [events, n] = [Number(row[column]), Number(row[column + 1])];
      const every = there.length > 1 && there.every((one) => Number(one.row[column]) > Number(one.row[column + 1]));
      const names = { n, column: COLUMNS[column + 1], events: COLUMNS[column] };
      if (n === 0) add(i, column + 1, SENTENCES.NO_PATIENTS);
      else if (events > n) add(i, column, say(SENTENCES.MORE_EVENTS, names) + (every ? say(SENTENCES.EXCHANGED, { ...names, n: COLUMNS[column + 1] }) : ""));
    }
  }
  return found;
}

// What may be meant and may be wrong, of counts without a fault: as `twobytwo.counts` has it.
function guarded(counts) {
  const rows = counts.study.map((study, i) => ({ study, arms: COLUMNS.slice(1).map((name) => counts[name][i]) }));
  const groups = (key) => {
    const by = new Map();
    rows.forEach((row, i) => by.set(key(row), [...(by.get(key(row)) ?? []), i]));
    return [...by.values()].filter((group) => group.length > 1);
  };
  const named = (all) => all.slice(0, 3).map((group) => group.slice(0, 3).map((i) => quote(rows[i].study)).join(" and ")
    + (group.length > 3 ? ` and ${group.length - 3} more` : "")).join("; in ") + (all.length > 3 ? `; in ${all.length - 3} more groups` : "");
  const notes = [];
  const same = groups(({ arms }) => arms.join()).filter(([i]) => rows[i].arms[0] || rows[i].arms[2]);
  if (same.length) notes.push(say(SENTENCES.SAME_COUNTS, { studies: named(same) }));
  const control = ({ arms }) => arms.slice(2).join();
  const word = ({ study }) => study.split(/\s+/)[0].toLowerCase().replace(/[,;(]+$/, "");
  const sharing = groups((row) => `${word(row)} ${control(row)}`);
  const hardly = rows.length <= NAMES.few ? groups(control).filter(([i]) => rows[i].arms[2] >= NAMES.events && rows[i].arms[3] >= NAMES.patients) : [];
  const shared = [...sharing, ...hardly.filter((group) => !sharing.some((one) => one.join() === group.join()))]
    .filter((group) => new Set(group.map((i) => rows[i].arms.join())).size > 1);
  if (shared.length) {
    const [, , events, n] = rows[shared[0][0]].arms;
    notes.push(say(SENTENCES.SHARED_CONTROL, { studies: named(shared), events, n }));
  }
  return notes;
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
