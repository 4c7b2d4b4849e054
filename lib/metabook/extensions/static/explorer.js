// The explorer: reads a state from the address, pools its studies by the library in the page,
// and shows what comes out.
const box = document.querySelector(".explorer");
const data = JSON.parse(document.getElementById("explorer-data").textContent);
const form = box.querySelector("form");
const controls = (name) => [...form.querySelectorAll(`[name="${name}"]`)]; // also of one, or none
const plot = box.querySelector(".explorer-plot");
const NONE = "none"; // for tau2: a fixed effect has none
let state = data.start;

// ---- The state ------------------------------------------------------------------------

const FIELDS = ["outcome", ...data.fields];
const WHY = {
  method: "Peto is for odds ratios and a fixed effect.",
  tau2: "Mantel-Haenszel goes with DerSimonian-Laird; inverse variance opens the others.",
  interval: "HKSJ is for random effects.",
};
const LISTS = ["without", "added"];
const short = (text) => (text.length > 40 ? `${text.slice(0, 40)}… (${text.length} characters)` : text);
const values = (field) => Object.keys(data.labels[field]);
const chosen = (analysis, fields = data.fields) =>
  Object.fromEntries(fields.filter((name) => analysis[name] !== NONE).map((name) => [name, analysis[name]]));

// Why a value does not go with the fields before it; undefined if it does.
function refusal(analysis, field, value) {
  const next = { ...analysis, [field]: value };
  if (field === "tau2" && (value === NONE) !== (next.model === "fixed"))
    return value === NONE ? "" : "A fixed effect has no τ².";
  try {
    twobytwo.options(chosen(next, data.fields.slice(0, data.fields.indexOf(field) + 1)));
  } catch {
    return WHY[field];
  }
  return undefined;
}

// Later choices give way to earlier ones; `notes` say what had to.
function settled(wanted, notes) {
  const next = { ...wanted };
  for (const field of data.fields) {
    const why = refusal(next, field, next[field]);
    if (why === undefined) continue;
    next[field] = values(field).find((value) => refusal(next, field, value) === undefined);
    notes.push([field, `${data.legends[field]} is now ${data.labels[field][next[field]]}. ${why}`]);
  }
  return next;
}

function toHash(analysis) {
  const pairs = FIELDS.filter((name) => analysis[name] !== NONE).map((name) => `${name}=${analysis[name]}`);
  for (const name of LISTS) if (analysis[name].length) pairs.push(`${name}=${analysis[name].join(",")}`);
  if (analysis.risk !== null) pairs.push(`risk=${analysis.risk}`);
  return `#${pairs.join("&")}`;
}

// What is not known falls back to the start, and `notes` say so.
function fromHash(hash, notes) {
  const wanted = { ...data.start };
  const given = new URLSearchParams(hash.slice(1));
  for (const [name, value] of given) {
    if (LISTS.includes(name)) {
      const known = name === "without" ? data.own : data.later;
      const asked = value.split(",").filter(Boolean);
      wanted[name] = known.filter((key) => asked.includes(key));
      const unknown = asked.filter((key) => !known.includes(key)).join(", ");
      if (unknown) notes.push([name, `The address says “${name}=${short(unknown)}”: not a study here.`]);
    } else if (name === "risk") {
      wanted.risk = riskOf(value);
      if (wanted.risk === null) notes.push([name, `The address says “risk=${short(value)}”: not a percentage.`]);
    } else if (!FIELDS.includes(name)) {
      notes.push([name, `The address says “${short(name)}”: not a choice here.`]);
    } else if (!values(name).includes(value)) {
      notes.push([name, `The address says “${name}=${short(value)}”: not known, so ${data.labels[name][wanted[name]]}.`]);
    } else wanted[name] = value;
  }
  if (!studiesIn(wanted).length) {
    wanted.without = [];
    notes.push(["without", "The address leaves out every study: all are in."]);
  }
  const moved = [];
  const next = settled(wanted, moved);
  notes.push(...moved.filter(([field]) => given.has(field)));
  return next;
}

// A percentage between 0 and 100, as text; null if it is none.
function riskOf(text) {
  const value = Number(text.replace(",", ".").replace("%", "").trim() || NaN);
  return value > 0 && value < 100 ? value : null;
}

// The studies that are in and count the outcome.
const studiesIn = (analysis) => Object.keys(data.outcomes[analysis.outcome].counts).filter((key) =>
  (data.own.includes(key) ? !analysis.without.includes(key) : analysis.added.includes(key)));

// ---- The result -----------------------------------------------------------------------

const ARMS = ["events_treatment", "n_treatment", "events_control", "n_control"];
const countsOf = (about, keys) => ({ study: keys.map((key) => data.labels.study[key]),
  ...Object.fromEntries(ARMS.map((name, i) => [name, keys.map((key) => about.counts[key][i])])) });

// The pooled result of a state, and a row for each study: one of the first that is left out
// keeps its own effect.
function analyzed(analysis) {
  const about = data.outcomes[analysis.outcome];
  const keys = studiesIn(analysis);
  const kept = countsOf(about, keys);
  const result = twobytwo.pool(kept, chosen(analysis));
  const weights = Object.fromEntries(result.studies.map(({ weight }, i) => [keys[i], weight]));
  const drawn = Object.keys(about.counts).filter((key) => data.own.includes(key) || keys.includes(key));
  const studies = twobytwo.pool(countsOf(about, drawn), chosen(analysis)).studies
    .map((row, i) => ({ ...row, weight: weights[drawn[i]] ?? null, inside: keys.includes(drawn[i]) }));
  const total = { ...result, study: "Total", weight: 100, inside: true };
  for (const key of ARMS) total[key] = kept[key].reduce((sum, n) => sum + n);
  const risk = analysis.risk === null ? about.risk : analysis.risk / 100;
  return { analysis, about, keys, result, studies, total, risk, axis: about.axes[analysis.measure] };
}

// ---- Words ----------------------------------------------------------------------------

const AN = { OR: "an odds ratio", RR: "a risk ratio", RD: "a risk difference" };
const includesNull = (lower, upper, none) => lower <= none && none <= upper;

// Words with numbers in their places.
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const percent = (risk) => number(100 * risk, 1);

// Events in 1,000 patients at a risk, unless the effect cannot hold there.
function patients({ analysis, about, result, risk }) {
  const implied = { OR: risk, RR: risk * result.estimate, RD: risk + result.estimate }[analysis.measure];
  if (!(implied >= 0 && implied <= 1))
    return `This ${data.labels.measure[analysis.measure]} cannot hold at a risk of ${percent(risk)} %: choose another.`;
  const events = perThousandWords(twobytwo.per_thousand(result, risk));
  return filled(data.patients, { ...events, verb: about.verb, risk: percent(risk) });
}

function sentence(shown) {
  const { analysis, result, axis } = shown;
  if (result.estimate === null) return `These studies say nothing of ${AN[analysis.measure]}.`;
  if (result.ci_lower === null) return `${patients(shown)} ${effectWords(shown)}; no interval can be computed.`;
  const means = includesNull(result.ci_lower, result.ci_upper, axis.null)
    ? `The interval includes ${axis.null}: no difference is shown.` : `The interval leaves out ${axis.null}.`;
  return `${patients(shown)} ${effectWords(shown)}; ${pEquals(result.p_value)}. ${means}`;
}

// A difference in risks is told in patients, a ratio as it is.
function effectWords({ analysis, result }) {
  const name = data.measures[analysis.measure];
  const ends = [result.estimate, result.ci_lower, result.ci_upper];
  if (analysis.measure !== "RD") {
    const [one, low, high] = ends.map((x) => number(x));
    return `${name} ${one}, 95 % CI ${low} to ${high}`;
  }
  const [one, low, high] = ends.map((x) => moreOrFewer(Number(halfUp(Math.abs(100 * x), 0)) * Math.sign(x)));
  return `${name}: ${one} in 100, 95 % CI ${low} to ${high}`;
}

// Beside the analysis that is shown first: what it finds, and what is changed here.
function compared({ analysis, keys, result, axis }) {
  const first = analyzed({ ...data.start, outcome: analysis.outcome });
  const found = `${data.first}: ${first.analysis.measure} ${effectOf(first.result)}.`;
  const differs = data.fields.filter((field) => analysis[field] !== data.start[field])
    .map((field) => data.legends[field].replace(/ estimated by| of/, "").toLowerCase());
  const named = (some) => some.map((key) => data.labels.study[key]).join(", ");
  const out = first.keys.filter((key) => analysis.without.includes(key));
  if (out.length) differs.push(`without ${named(out)}`);
  const more = keys.filter((key) => data.later.includes(key));
  if (more.length) differs.push(`with ${named(more)}`);
  if (!differs.length) return `${found} It is the one shown.`;
  const shows = (one, none) => one.ci_lower !== null && !includesNull(one.ci_lower, one.ci_upper, none);
  const [its, here] = [shows(first.result, first.axis.null), shows(result, axis.null)];
  const both = its !== here ? `Its interval shows ${its ? "a" : "no"} difference, this one ${here ? "does" : "does not"}.`
    : `${its ? "Both intervals show" : "Neither interval shows"} a difference.`;
  return `${found} ${both} Changed here: ${differs.join(", ")}.`;
}

const heterogeneity = ({ result }) => heterogeneityWords(result);
const method = ({ result }) => result.method_sentence
  + (result.p_value === null ? "" : ` Overall effect: ${overallWords(result)}.`);
const effectHeading = ({ analysis }) => `${analysis.measure} [95 % CI]`;
const effectOf = (row) => (row.estimate !== null && row.ci_lower === null ? `${number(row.estimate)} [–]`
  : withInterval(row.estimate, row.ci_lower, row.ci_upper));
const weightOf = (row) => (!row.inside ? "left out" : row.weight === null ? "–" : `${number(row.weight, 1)} %`);
const arm = (row, name) => `${row[`events_${name}`]}/${row[`n_${name}`]}`;

function described({ analysis, about, studies, total, axis }) {
  const rows = [...studies, total].map((row) => `${row.study}: ${row.events_treatment} of ${row.n_treatment} `
    + `against ${row.events_control} of ${row.n_control}, ${effectOf(row)}, ${weightOf(row)}.`);
  return `Forest plot of ${about.label}: ${data.measures[analysis.measure].toLowerCase()}, ${data.arms.join(" against ")}. `
    + `${rows.join(" ")} Left of ${axis.null}: ${about.favors[0]}; right of it: ${about.favors[1]}.`;
}

// What is drawn, and written beside it.
function written(shown) {
  const row = (one) => ({
    name: one.study, arms: [arm(one, "treatment"), arm(one, "control")], effect: effectOf(one), weighs: weightOf(one),
    estimate: one.estimate, lower: one.ci_lower, upper: one.ci_upper, weight: one.weight, inside: one.inside,
  });
  return { axis: shown.axis, arms: data.arms, studies: shown.studies.map(row), total: row(shown.total),
    heading: effectHeading(shown), favors: shown.about.favors, alt: described(shown) };
}

// ---- The page -------------------------------------------------------------------------

function fillTable({ analysis, about, studies, total }) {
  const table = box.querySelector("table");
  table.replaceChildren();
  table.createCaption().textContent = about.label;
  const row = (into, texts, tag = "td") => {
    const line = into.insertRow();
    texts.forEach((text, i) => {
      const cell = line.appendChild(document.createElement(i ? tag : "th"));
      cell.textContent = text;
      if (i) cell.className = "r";
      if (!i || tag === "th") cell.scope = tag === "th" ? "col" : "row";
    });
  };
  row(table.createTHead(), ["Study", ...data.arms.map(capital), "Weight", effectHeading({ analysis })], "th");
  const body = table.createTBody();
  for (const one of [...studies, total])
    row(body, [one.study, arm(one, "treatment"), arm(one, "control"), weightOf(one), effectOf(one)]);
}

function fillForm() {
  for (const field of FIELDS) {
    const whys = new Set();
    const items = field === "tau2" ? [...form.elements.tau2.options] : controls(field);
    for (const item of items) {
      const why = field === "outcome" ? undefined : refusal(state, field, item.value);
      item.disabled = why !== undefined;
      if (why) whys.add(why);
      item[field === "tau2" ? "selected" : "checked"] = item.value === state[field];
    }
    document.getElementById(`why-${field}`).textContent = [...whys].join(" ");
  }
  const about = data.outcomes[state.outcome];
  const inside = studiesIn(state);
  for (const item of [...controls("study"), ...controls("later")]) {
    item.checked = data.later.includes(item.value) ? state.added.includes(item.value) : !state.without.includes(item.value);
    item.disabled = !(item.value in about.counts) || (inside.length === 1 && inside[0] === item.value);
    item.parentElement.title = item.value in about.counts ? "" : "no counts of this outcome";
  }
  document.getElementById("why-study").textContent = inside.length === 1 ? "One study must stay." : "";
  if (document.activeElement !== form.elements.risk)
    form.elements.risk.value = state.risk ?? percent(about.risk);
}

function refresh(notes = []) {
  const shown = analyzed(state);
  fillForm();
  drawForest(plot, written(shown));
  fillTable(shown);
  for (const [name, words] of Object.entries({ compared, heterogeneity, method }))
    box.querySelector(`[data-is=${name}]`).textContent = words(shown);
  box.querySelector(".explorer-note").replaceChildren(...shown.keys.filter((key) => key in shown.about.notes).map((key) => {
    const item = document.createElement("li");
    item.textContent = `${data.labels.study[key]}: ${shown.about.notes[key]}`;
    return item;
  }));
  box.querySelector("output").textContent = "";
  // One change of one region: a screen reader says it once.
  box.querySelector(".explorer-said").textContent = [...notes.map(([, text]) => text), sentence(shown)].join(" ");
}

function choose(wanted, notes = []) {
  // An outcome that only studies left out have counts of brings them all back.
  const next = studiesIn(wanted).length ? wanted : { ...wanted, without: [] };
  state = settled(next, notes);
  history.pushState(null, "", toHash(state));
  refresh(notes);
}

// A hash without "=" is a heading of the page, not a state.
function read() {
  if (location.hash && !location.hash.includes("=")) return;
  const notes = [];
  state = fromHash(location.hash, notes);
  const folded = data.fields.some((field) => state[field] !== data.start[field]);
  if (folded) box.querySelector(".explorer-methods").open = true;
  refresh(notes);
}

form.addEventListener("submit", (event) => event.preventDefault());
const ticked = (name, on) => controls(name).filter((item) => item.checked === on).map((item) => item.value);
form.addEventListener("change", ({ target }) => {
  if (target.name === "risk") {
    const risk = riskOf(target.value);
    return choose({ ...state, risk }, risk === null ? [["risk", "The control risk is that of all control patients at first."]] : []);
  }
  if (!["study", "later"].includes(target.name)) return choose({ ...state, [target.name]: target.value, ...(target.name === "outcome" ? { risk: null } : {}) });
  return choose({ ...state, without: ticked("study", false), added: ticked("later", true) });
});
box.querySelector("[data-do=reset]").addEventListener("click", () => choose({ ...data.start, outcome: state.outcome }));
box.querySelector("[data-do=copy]").addEventListener("click", async () => {
  const address = location.href.split("#")[0] + toHash(state);
  const copied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
  box.querySelector("output").textContent = copied ? "Copied." : address;
});
box.querySelector(".explorer-tries").addEventListener("click", () => form.scrollIntoView({ block: "nearest" }));
addEventListener("hashchange", read);

document.querySelectorAll(".explorer-fallback").forEach((part) => { part.hidden = true; });
box.hidden = false;
refresh();
read();
new ResizeObserver(() => drawForest(plot, written(analyzed(state)))).observe(plot);
