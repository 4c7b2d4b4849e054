// Your own counts: a table to type in, paste into or fill from a file, and its analysis at once.
// Nothing leaves the page.
const own = document.querySelector("[data-own-counts]");
const { start, names, sentences: SENTENCES, reasons: REASONS, noExact: NO_EXACT, because: BECAUSE,
  cautions: CAUTIONS } =
  JSON.parse(own.querySelector("script").textContent);
const lists = (words) => Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text.split(",")]));
const NAMES = { ...names, ...lists(names.lists), kind: lists(names.kind), arm: lists(names.arm) };
const part = (name) => own.querySelector(`[data-own=${name}]`);
// Studies, at most, in an address; characters of an address that is read.
const HELD = 12;
const LONGEST = 4000;
const HEADINGS = ["Study", "events", "patients", "events", "patients"];
const REPORT = "python -m twobytwo report counts.csv --out report.html";
const rule = (name, measure) => ({ revman5: {}, pm: { method: "IV", tau2: "PM", interval: "hksj" },
  peto: { model: "fixed", method: "Peto" } }[name] ?? twobytwo.leading_choices(name, measure));
const MEASURE = { OR: "odds ratio", RR: "risk ratio", RD: "risk difference" };
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
function fill({ rows, notes, names, refused }, at = 0, all = false) {
  if (refused) return refresh([`${refused}${/[.]$/.test(refused) ? "" : "."} The table stays as it was.`]);
  const [kept, after] = all ? [[], []] : [table.rows.slice(0, at), table.rows.slice(at + rows.length)];
  // The names of the example go with its studies.
  const words = all && ["treatment", "control", "outcome"].every((name) => table[name] === start[name]) ? EMPTY : table;
  const [treatment, control] = names ?? [words.treatment, words.control];
  table = { ...words, treatment, control, rows: [...kept, ...rows, ...after] };
  drawRows(at);
  return refresh([`${rows.length} ${rows.length === 1 ? "row" : "rows"} read.`, ...notes]);
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

function analyzed(counts) {
  const measure = own.querySelector("[name=own-measure]:checked").value;
  const [chosen] = setting("rule").selectedOptions;
  const fits = measure === "OR" || !["exact", "peto"].includes(chosen.value);
  const conclusion = twobytwo.conclusion(counts, measure);
  const revman5 = twobytwo.pool(counts, { measure });
  return { counts, measure, name: chosen.textContent, conclusion, first: conclusion.result ?? revman5, revman5,
    second: fits ? twobytwo.pool(counts, { measure, ...rule(chosen.value, measure) }) : null };
}

function direction({ measure, conclusion, first }) {
  if (conclusion.result === null) return `Nothing is pooled, because ${REASONS[conclusion.reason]}.`;
  const found = `The ${MEASURE[measure]} of ${table.outcome || "the event"}, ${table.treatment} against ${table.control}, is ${effectText(first)}${
    first.p_value === null ? "" : ` (${pEquals(first.p_value)})`}.`;
  if (conclusion.unasked) return `${found} No direction is claimed: that needs the likelihood of the counts, `
    + `which only the library has: ${REPORT}`;
  if (!conclusion.direction) return `${found} No direction is claimed, because ${BECAUSE[conclusion.because]}.`;
  const more = conclusion.direction > 0;
  return `${found} More ${table.outcome || "events"} with ${more ? table.treatment : table.control}: that favors ${
    more === (table.better === "more") ? table.treatment : table.control}.`;
}

// Patients of 1,000, or of 100,000 where the risk is below 1 %.
function thousand({ first }) {
  const given = setting("risk").value.trim().replace(",", ".");
  const risk = given === "" ? twobytwo.crude_control_risk(first) : Number(given) / 100;
  if (!(risk >= 0 && risk <= 1)) return "The risk without treatment is a percentage, 0 to 100.";
  if (first.estimate === null || first.ci_upper === null) return "not estimable";
  if (given === "" && (risk === 0 || risk === 1))
    return "The controls show no risk: none had the event, or all had. Type a risk without treatment.";
  const implied = { OR: risk, RR: risk * first.estimate, RD: risk + first.estimate }[first.measure];
  if (implied > 1 || implied < 0)
    return `The ${MEASURE[first.measure]} cannot hold at a risk of ${number(100 * risk, 1)} %: its risk with ${table.treatment} is none.`;
  const patients = risk < 0.01 ? 100000 : 1000;
  const scaled = Object.fromEntries(Object.entries(twobytwo.per_thousand(first, risk)).map(([name, n]) => [name, (n * patients) / 1000]));
  const events = perThousandWords(scaled);
  return `Of ${patients.toLocaleString("en-US")}: ${events.with} with ${table.treatment}, ${events.without} with ${table.control}: `
    + `${events.difference} (${events.interval}), at a risk of ${number(100 * risk, patients === 1000 ? 1 : 3)} %${
      given === "" ? ", the crude risk of all controls" : ""}.`;
}

const why = ({ conclusion: { result, method, reason }, first, measure }) => (result === null ? "" : `Leads because ${
  method === "MH" && reason === "few events" ? NO_EXACT[measure] : REASONS[reason]}.${
  first.prediction_lower === null && first.model === "random" ? " A prediction interval needs three studies." : ""}`);

function second({ second: result, name, first }) {
  if (result === null) return `${name} is for odds ratios only.`;
  const apart = excludesNull(result) === excludesNull(first) ? ""
    : ` Only one of the two intervals excludes ${noEffect(first.measure)}: a conclusion that depends on the method is not firm. Report both.`;
  return `${effectText(result)}${result.p_value === null ? "" : ` (${pEquals(result.p_value)})`}.${apart}`;
}

const limitsOf = (one) => predictionText(one).slice(1, -1).replace(", ", " to ");
const predicted = ({ first }) => (first.prediction_lower === null ? "undefined in this analysis" : limitsOf(first));

// What to know before believing it: of the guard, and of the report.
function cautions({ counts, measure, conclusion, first }) {
  const found = guarded(counts).map((text) => ({ title: "", text: `${capital(text)}.` }));
  const caution = (name, values = {}) => found.push({ title: CAUTIONS[name][0], text: say(CAUTIONS[name][1], values) });
  const null_ = noEffect(measure);
  const [zero, silent] = [[], []];
  for (const { study, events_treatment: a, n_treatment: n, events_control: c, n_control: m } of first.studies) {
    if ((a === 0 && c === 0) || (a === n && c === m)) silent.push(study);
    else if ([0, n].includes(a) || [0, m].includes(c)) zero.push(study);
  }
  if (conclusion.because === "few events") caution("few events", { few: NAMES.fewEvents });
  if (conclusion.because === "prediction") caution("prediction", { null: null_, where: ` (${limitsOf(first)})` });
  if (["spread", "weights"].includes(conclusion.because)) caution("one rule", { because: capital(BECAUSE[conclusion.because]) });
  if (counts.study.length === 1) caution("one study");
  if (silent.length && measure !== "RD") caution(`${silent.length === 1 ? "one" : "several"} without a contrast`, { studies: twobytwo.listed(silent) });
  if (zero.length && measure !== "RD")
    caution(zero.length === 1 ? "one with a zero cell" : "several with zero cells", { studies: twobytwo.listed(zero) });
  if (excludesNull(first) && counts.study.length > 1) {
    const turned = twobytwo.leave_one_out(counts, twobytwo.leading_choices(conclusion.method, measure))
      .filter((one) => one.estimate !== null && !excludesNull(one)).map(({ omitted }) => omitted);
    if (turned.length) caution("single studies", { studies: twobytwo.listed(turned, "or"), null: null_ });
  }
  const spread = twobytwo.pool(counts, twobytwo.leading_choices("IV", measure));
  if (spread.q_p_value !== null && spread.q_p_value < 0.1) caution("differ", { i2: number(spread.i2, 0),
    q: `Q = ${number(spread.q)}, df = ${spread.q_df}, ${pEquals(spread.q_p_value)}` });
  return found;
}

// ---- What is shown ----------------------------------------------------------------------

// A name that fits its place in the drawing.
const cut = (name, most) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

function forest({ first, measure }) {
  const row = (one, name, effect) => ({ name: cut(name, 18), arms: [`${one.events_treatment}/${one.n_treatment}`, `${one.events_control}/${one.n_control}`],
    effect, weighs: one.weight === null ? "–" : `${number(one.weight, 1)} %`,
    estimate: one.estimate, lower: one.ci_lower, upper: one.ci_upper ?? Infinity, weight: one.weight, inside: one.included !== false });
  const sums = Object.fromEntries(COLUMNS.slice(1).map((key) =>
    [key, first.studies.reduce((total, one) => total + one[key], 0)]));
  const sides = [`Favors ${cut(table.control, 14)}`, `Favors ${cut(table.treatment, 14)}`];
  const favors = table.better === "more" ? sides : sides.reverse();
  const studies = first.studies.map((one) => row(one, one.study, studyText(one, first)));
  const total = row({ ...first, ...sums, weight: first.method === "exact" ? null : 100 }, "Total", effectText(first));
  const alt = `Forest plot${table.outcome ? ` of ${table.outcome}` : ""}, ${MEASURE[measure]}, ${table.treatment} against ${table.control}. `
    + [...studies, total].map((one, i) => `${first.studies[i]?.study ?? one.name}: ${one.arms.join(" against ")}, ${one.effect}, ${one.weighs}.`).join(" ");
  return { axis: forestAxis(first), arms: [cut(table.treatment, 9), cut(table.control, 9)], studies, total,
    heading: `${measure} [95 % CI]`, favors, alt };
}

function drawPlot() {
  if (current?.first.estimate === null || !current) part("plot").replaceChildren();
  else drawForest(part("plot"), forest(current));
}

function leaveOneOut() {
  const { counts, measure, conclusion } = current;
  const several = counts.study.length > 1 && conclusion.result !== null;
  const [led, revman5] = several ? [twobytwo.leading_choices(conclusion.method, measure), { measure }]
    .map((choices) => twobytwo.leave_one_out(counts, choices)) : [[], []];
  part("without").replaceChildren(...led.map((result, i) => {
    const line = made("tr");
    line.append(made("th", { scope: "row" }, `without ${result.omitted}`), made("td", {}, effectText(result)),
      made("td", {}, effectText(revman5[i])));
    return line;
  }));
}

const fold = own.querySelector("details");
const list = (name, texts) => part(name).replaceChildren(...texts.map((text) => made("li", {}, text)));
let current = null;

function refresh(notes = []) {
  const wrong = faults(table.rows);
  for (const input of own.querySelectorAll("[data-row]")) {
    const at = wrong.some(({ row, column }) => row === Number(input.dataset.row) && column === Number(input.dataset.column));
    input.setAttribute("aria-invalid", String(at));
  }
  list("faults", wrong.map(({ text }) => COLUMNS.slice(1).reduce((fault, name, i) => fault.replaceAll(name, `“${labelOf(i + 1)}”`), text)));
  part("treatment").textContent = table.treatment;
  part("control").textContent = table.control;
  const counts = countsOf(table.rows);
  const some = counts.study.length > 0;
  current = wrong.length || !some ? null : analyzed(counts);
  part("results").hidden = !current;
  const missing = wrong.length ? `${wrong.length === 1 ? "One cell" : `${wrong.length} cells`} to mend: see below the table.` : "No study yet.";
  part("said").textContent = [...notes, current ? direction(current) : missing].join(" ");
  drawPlot();
  if (!current) return;
  for (const [name, words] of Object.entries({ second, predicted, thousand, why })) part(name).textContent = words(current);
  part("heterogeneity").textContent = heterogeneityWords(current.conclusion.method === "IV" ? current.first : current.revman5)
    + (current.conclusion.method === "IV" ? "" : " (RevMan 5’s rule)");
  part("method").textContent = current.first.method_sentence;
  part("cautions").replaceChildren(...cautions(current).map(({ title, text }) => {
    const item = made("li");
    if (title) item.append(made("strong", {}, `${title}.`), " ");
    item.append(text);
    return item;
  }));
  if (fold.open) leaveOneOut();
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

const answer = (text) => { own.querySelector("output").textContent = text; };

async function copied(text) {
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  answer(done ? "Copied." : text);
}

function restart(counts) {
  table = structuredClone(counts);
  drawRows(0);
  refresh();
}

const DO = {
  add() {
    table.rows.push(blank());
    drawRows(table.rows.length - 1);
    refresh();
  },
  clear: () => restart(EMPTY),
  example: () => restart(start),
  csv: () => download("counts.csv", "text/csv", csvOf(table.rows)),
  picture: () => (part("plot").querySelector("svg") ? download("forest.svg", "image/svg+xml", picture())
    : answer("There is no plot: the effect is infinite or not estimable.")),
  sentence: () => copied(`${direction(current)} ${current.first.method_sentence}`),
  link: () => (countsOf(table.rows).study.length > HELD
    ? answer(`An address holds ${HELD} studies at most: download the counts instead.`)
    : copied(address())),
};

own.addEventListener("click", ({ target }) => {
  if (target.dataset.do) DO[target.dataset.do]();
  if (!target.dataset.drop) return;
  table.rows.splice(Number(target.dataset.drop), 1);
  if (!table.rows.length) table.rows.push(blank());
  drawRows(Math.min(Number(target.dataset.drop), table.rows.length - 1));
  refresh();
});
own.addEventListener("input", ({ target }) => {
  if (target.dataset.row) table.rows[target.dataset.row][target.dataset.column] = target.value.trim();
  else if (["own-treatment", "own-control", "own-outcome", "own-better"].includes(target.name))
    table[target.name.slice(4)] = target.value;
  else if (target.type === "file") return;
  refresh();
});
fold.addEventListener("toggle", () => { if (fold.open && current) leaveOneOut(); });
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
    fill(tableOf(reader.result), 0, true);
  });
  if (target.files.length) reader.readAsText(target.files[0]);
  target.value = "";
});

function read() {
  const held = new URLSearchParams(location.hash.slice(1).replaceAll("%", "%25").replaceAll("+", "%2B")).get("own");
  const long = (held ?? "").length > LONGEST;
  table = (held && !long && unpacked(held)) || structuredClone(start);
  drawRows();
  refresh(long ? [`The address has ${held.length} characters, too many to be read.`] : []);
}

addEventListener("hashchange", () => { if (location.hash.startsWith("#own=")) read(); });
own.hidden = false;
read();
new ResizeObserver(drawPlot).observe(part("plot"));
