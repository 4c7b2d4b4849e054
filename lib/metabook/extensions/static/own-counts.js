// Your own counts: a table to type in, paste into or fill from a file, and its analysis at once.
// Nothing leaves the page.
const own = document.querySelector("[data-own-counts]");
const start = JSON.parse(own.querySelector("script").textContent);
const part = (name) => own.querySelector(`[data-own=${name}]`);
const HELD = 12; // studies, at most, in an address
const HEADINGS = ["Study", "events", "patients", "events", "patients"];
const RULES = {
  reml: { method: "IV", tau2: "REML", interval: "hksj-truncated" },
  pm: { method: "IV", tau2: "PM", interval: "hksj" },
  mh: { model: "fixed", method: "MH", zero_cells: "none" },
  exact: { method: "exact" },
  peto: { model: "fixed", method: "Peto" },
};
const SAID = { OR: "odds ratio", RR: "risk ratio", RD: "risk difference" };
const blank = () => COLUMNS.map(() => "");
const EMPTY = { treatment: "Treatment", control: "Control", outcome: "", better: "fewer", rows: [blank(), blank(), blank()] };
let table = start;

function made(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

// ---- The table ------------------------------------------------------------------------

const setting = (name) => own.querySelector(`[name=own-${name}]`);

// Draw the rows anew; `focus` is the row where typing goes on.
function drawRows(focus) {
  const body = own.querySelector("tbody");
  body.replaceChildren(...table.rows.map((row, i) => {
    const line = made("tr");
    row.forEach((value, j) => {
      const input = made("input", { "data-row": i, "data-column": j, autocomplete: "off", spellcheck: "false",
        "aria-label": `Row ${i + 1}, ${labelOf(j)}`, ...(j ? { inputmode: "numeric", size: 5 } : { size: 18 }) });
      input.value = value;
      line.appendChild(made("td")).appendChild(input);
    });
    const drop = made("button", { type: "button", "data-drop": i, "aria-label": `Remove row ${i + 1}` }, "×");
    line.appendChild(made("td")).appendChild(drop);
    return line;
  }));
  for (const name of ["treatment", "control", "outcome"]) setting(name).value = table[name];
  for (const input of own.querySelectorAll("[name=own-better]")) input.checked = input.value === table.better;
  if (focus !== undefined) own.querySelector(`[data-row="${focus}"]`)?.focus();
}

function labelOf(column) {
  return column ? `${column < 3 ? table.treatment : table.control}: ${HEADINGS[column]}` : HEADINGS[0];
}

// Put pasted or opened rows where the cursor is, or in place of all.
function fill({ rows, told }, at = 0) {
  const kept = table.rows.slice(0, at);
  const after = table.rows.slice(at + rows.length);
  table = { ...table, rows: [...kept, ...rows, ...after] };
  drawRows(at);
  show([`${rows.length} ${rows.length === 1 ? "row" : "rows"} read.`, ...told]);
}

// ---- The address ----------------------------------------------------------------------

const packed = () => [[table.treatment, table.control, table.outcome, table.better],
  ...table.rows.filter((row) => row.some(Boolean))]
  .map((row) => row.map(encodeURIComponent).join(",")).join(";");

function unpacked(text) {
  try {
    const [[treatment, control, outcome, better], ...rows] = text.split(";")
      .map((row) => row.split(",").map(decodeURIComponent));
    return { treatment, control, outcome, better: better === "more" ? "more" : "fewer",
      rows: rows.map((row) => COLUMNS.map((_, i) => row[i] ?? "")) };
  } catch {
    return null;
  }
}

const address = () => `${location.href.split("#")[0]}#own=${packed()}`;

// ---- The analysis ---------------------------------------------------------------------

const effectOf = (result) => withInterval(result.estimate, result.ci_lower, result.ci_upper);

function analyzed(counts) {
  const measure = own.querySelector("[name=own-measure]:checked").value;
  const [chosen] = setting("rule").selectedOptions;
  const choices = RULES[chosen.value];
  const fits = measure === "OR" || !["exact", "Peto"].includes(choices.method);
  return { counts, measure, name: chosen.textContent, first: twobytwo.pool(counts, { measure }),
    second: fits ? twobytwo.pool(counts, { measure, ...choices }) : null };
}

function direction({ measure, first }) {
  const none = measure === "RD" ? 0 : 1;
  if (first.estimate === null) return first.method_sentence;
  const event = table.outcome || "the event";
  const found = `By RevMan 5's rule the ${SAID[measure]} of ${event}, ${table.treatment} against ${table.control}, `
    + `is ${effectOf(first)} (${pEquals(first.p_value)}).`;
  if (first.ci_lower <= none && none <= first.ci_upper) return `${found} The interval includes ${none}: no difference is shown.`;
  const more = first.estimate > none;
  return `${found} More ${event} with ${more ? table.treatment : table.control}: that favors ${
    more === (table.better === "more") ? table.treatment : table.control}.`;
}

function thousand({ first }) {
  const given = setting("risk").value.trim();
  const risk = given === "" ? twobytwo.crude_control_risk(first) : Number(given) / 100;
  if (!(risk >= 0 && risk <= 1)) return "The risk without treatment is a percentage, 0 to 100.";
  if (first.estimate === null) return "not estimable";
  if (first.measure === "RR" && risk * first.estimate > 1)
    return `The risk ratio cannot hold at a risk of ${number(100 * risk, 1)} %: more than all would have the event.`;
  const events = perThousandWords(twobytwo.per_thousand(first, risk));
  return `${events.with} with ${table.treatment}, ${events.without} with ${table.control}: ${events.difference} (${events.interval}), `
    + `at a risk of ${number(100 * risk, 1)} %${given === "" ? ", the crude risk of all controls" : ""}.`;
}

function second({ second: result, name, measure, first }) {
  if (result === null) return `${name}: for odds ratios only.`;
  const none = measure === "RD" ? 0 : 1;
  const excludes = (one) => one.estimate !== null && (one.ci_lower > none || one.ci_upper < none);
  const apart = excludes(result) === excludes(first) ? ""
    : " The two rules disagree on whether a difference is shown: the conclusion hangs on the rule. Report both.";
  return `${name}: ${effectOf(result)}${result.p_value === null ? "" : ` (${pEquals(result.p_value)})`}.${apart}`;
}

function predicted({ second: result, name, first }) {
  const told = (one) => (one === null || one.prediction_lower === null ? "undefined"
    : `${number(one.prediction_lower)} to ${number(one.prediction_upper)}`);
  return `RevMan 5's rule: ${told(first)}; ${name}: ${told(result)}.`;
}

// What to know before believing it.
function cautions({ counts, first }) {
  const told = [];
  const k = first.k;
  const zero = first.studies.filter((one) => one.included && (one.events_treatment * one.events_control === 0
    || one.events_treatment === one.n_treatment || one.events_control === one.n_control));
  if (k === 1) told.push("There is only one study: nothing can be said of how the effect differs between studies.");
  else if (k > 1 && k < 5) told.push(`There are only ${k} studies: how much the effect differs between them is hardly known.`);
  if (zero.length && first.measure !== "RD")
    told.push(`${zero.map((one) => one.study).join(", ")}: an arm in which nobody, or everybody, had the event. `
      + "0.5 was added to its four cells, which is a convention; with rare events and unequal arms it can mislead. Compare "
      + "Mantel-Haenszel without it, the exact odds ratio, and the likelihood of the counts, which this page lacks: "
      + "python -m twobytwo pool counts.csv --method GLMM");
  for (const [name, events, n] of [[table.treatment, counts.events_treatment, counts.n_treatment],
    [table.control, counts.events_control, counts.n_control]])
    if (events.length > 1 && events.every((x, i) => x > n[i] / 2)) told.push(
      `${name}: in every study more than half have the event. Check that events, not those without, were entered.`);
  if (first.q_p_value !== null && first.q_p_value < 0.1)
    told.push(`The studies differ by more than chance explains (${heterogeneityWords(first)}).`);
  return told;
}

// ---- What is shown --------------------------------------------------------------------

// A name that fits its place in the drawing.
const cut = (name, most) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

function forest({ first, measure }) {
  const row = (one, name) => ({ name: cut(name, 18), arms: [`${one.events_treatment}/${one.n_treatment}`, `${one.events_control}/${one.n_control}`],
    effect: effectOf(one), weighs: one.weight === null ? "–" : `${number(one.weight, 1)} %`,
    estimate: one.estimate, lower: one.ci_lower, upper: one.ci_upper, weight: one.weight, inside: one.weight !== null });
  const sums = Object.fromEntries(COLUMNS.slice(1).map((key) =>
    [key, first.studies.reduce((total, one) => total + one[key], 0)]));
  const sides = [`Favors ${cut(table.control, 14)}`, `Favors ${cut(table.treatment, 14)}`];
  const favors = table.better === "more" ? sides : sides.reverse();
  const studies = first.studies.map((one) => row(one, one.study));
  const total = row({ ...first, ...sums, weight: 100 }, "Total");
  const alt = `Forest plot${table.outcome ? ` of ${table.outcome}` : ""}, ${SAID[measure]}, ${table.treatment} against ${table.control}. `
    + [...studies, total].map((one, i) => `${first.studies[i]?.study ?? one.name}: ${one.arms.join(" against ")}, ${one.effect}, ${one.weighs}.`).join(" ");
  return { axis: forestAxis(first), arms: [cut(table.treatment, 9), cut(table.control, 9)], studies, total,
    heading: `${measure} [95 % CI]`, favors, alt };
}

function drawPlot() {
  if (shown?.first.estimate === null || !shown) part("plot").replaceChildren();
  else drawForest(part("plot"), forest(shown));
}

function leaveOneOut({ counts, measure }) {
  const rows = counts.study.length > 1 ? twobytwo.leave_one_out(counts, { measure }) : [];
  part("without").replaceChildren(...rows.map((result) => {
    const line = made("tr");
    line.append(made("th", { scope: "row" }, `without ${result.omitted}`), made("td", {}, effectOf(result)),
      made("td", {}, result.i2 === null ? "–" : `${number(result.i2, 0)} %`));
    return line;
  }));
}

const list = (name, texts) => part(name).replaceChildren(...texts.map((text) => made("li", {}, text)));
let shown = null;

function show(told = []) {
  const wrong = faults(table.rows);
  for (const input of own.querySelectorAll("[data-row]")) {
    const at = wrong.some(({ row, column }) => row === Number(input.dataset.row) && column === Number(input.dataset.column));
    input.setAttribute("aria-invalid", String(at));
  }
  list("faults", wrong.map(({ text }) => text));
  part("treatment").textContent = table.treatment;
  part("control").textContent = table.control;
  const counts = countsOf(table.rows);
  const some = counts.study.length > 0;
  shown = wrong.length || !some ? null : analyzed(counts);
  part("results").hidden = !shown;
  const why = wrong.length ? `${wrong.length === 1 ? "One cell" : `${wrong.length} cells`} to mend: see below the table.` : "No study yet.";
  part("said").textContent = [...told, shown ? direction(shown) : why].join(" ");
  drawPlot();
  if (!shown) return;
  for (const [name, words] of Object.entries({ second, predicted, thousand })) part(name).textContent = words(shown);
  part("heterogeneity").textContent = heterogeneityWords(shown.first);
  part("method").textContent = shown.first.method_sentence;
  list("cautions", cautions(shown));
  leaveOneOut(shown);
}

function download(name, type, text) {
  const link = made("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

// The drawing with its looks written into it.
function picture() {
  const drawn = own.querySelector("svg");
  const copy = drawn.cloneNode(true);
  const looks = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "font-family", "paint-order"];
  const [from, to] = [[drawn, ...drawn.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((element, i) => looks.forEach((look) => to[i].setAttribute(look, getComputedStyle(element)[look])));
  return new XMLSerializer().serializeToString(copy);
}

async function copied(text) {
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  own.querySelector("output").textContent = done ? "Copied." : text;
}

const DO = {
  add() {
    table.rows.push(blank());
    drawRows(table.rows.length - 1);
    show();
  },
  clear() {
    table = structuredClone(EMPTY);
    drawRows(0);
    show();
  },
  example() {
    table = structuredClone(start);
    drawRows(0);
    show();
  },
  csv: () => download("counts.csv", "text/csv", csvOf(table.rows)),
  picture: () => download("forest.svg", "image/svg+xml", picture()),
  sentence: () => copied(`${direction(shown)} ${shown.first.method_sentence}`),
  link: () => (countsOf(table.rows).study.length > HELD
    ? (own.querySelector("output").textContent = `An address holds ${HELD} studies at most: download the counts instead.`)
    : copied(address())),
};

own.addEventListener("click", ({ target }) => {
  if (target.dataset.do) DO[target.dataset.do]();
  if (!target.dataset.drop) return;
  table.rows.splice(Number(target.dataset.drop), 1);
  if (!table.rows.length) table.rows.push(blank());
  drawRows(Math.min(Number(target.dataset.drop), table.rows.length - 1));
  show();
});
own.addEventListener("input", ({ target }) => {
  if (target.dataset.row) table.rows[target.dataset.row][target.dataset.column] = target.value.trim();
  else if (["own-treatment", "own-control", "own-outcome", "own-better"].includes(target.name))
    table[target.name.slice(4)] = target.value;
  else if (target.type === "file") return;
  show();
});
own.addEventListener("submit", (event) => event.preventDefault());
own.addEventListener("keydown", (event) => {
  const { row } = event.target.dataset;
  if (event.key !== "Enter" || row === undefined) return;
  event.preventDefault();
  if (Number(row) === table.rows.length - 1) DO.add();
  else own.querySelector(`[data-row="${Number(row) + 1}"]`).focus();
});
own.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!event.target.dataset.row || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  fill(tableOf(text), Number(event.target.dataset.row));
});
setting("file").addEventListener("change", ({ target }) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    table = { ...table, rows: [] };
    fill(tableOf(reader.result));
  });
  if (target.files.length) reader.readAsText(target.files[0]);
  target.value = "";
});

function read() {
  const held = new URLSearchParams(location.hash.slice(1).replaceAll("%", "%25").replaceAll("+", "%2B")).get("own");
  table = (held && unpacked(held)) || structuredClone(start);
  drawRows();
  show();
}

addEventListener("hashchange", () => { if (location.hash.startsWith("#own=")) read(); });
own.hidden = false;
read();
new ResizeObserver(drawPlot).observe(part("plot"));
