// The explorer: reads a state from the address, pools its studies by the library in the page,
// and shows what comes out.
const box = document.querySelector(".explorer");
const data = JSON.parse(document.getElementById("explorer-data").textContent);
const form = box.querySelector("form");
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
const values = (field) => Object.keys(data.labels[field]);
const chosen = (of, fields = data.fields) =>
  Object.fromEntries(fields.filter((name) => of[name] !== NONE).map((name) => [name, of[name]]));

// Why a value does not go with the fields before it; undefined if it does.
function refusal(of, field, value) {
  const next = { ...of, [field]: value };
  if (field === "tau2" && (value === NONE) !== (next.model === "fixed"))
    return value === NONE ? "" : "A fixed effect has no τ².";
  try {
    twobytwo.options(chosen(next, data.fields.slice(0, data.fields.indexOf(field) + 1)));
  } catch {
    return WHY[field];
  }
  return undefined;
}

// Later choices give way to earlier ones; `told` collects what had to.
function settled(wanted, told) {
  const next = { ...wanted };
  for (const field of data.fields) {
    const why = refusal(next, field, next[field]);
    if (why === undefined) continue;
    next[field] = values(field).find((value) => refusal(next, field, value) === undefined);
    told.push([field, `${data.legends[field]} is now ${data.labels[field][next[field]]}. ${why}`]);
  }
  return next;
}

function toHash(of) {
  const pairs = FIELDS.filter((name) => of[name] !== NONE).map((name) => `${name}=${of[name]}`);
  if (of.without.length) pairs.push(`without=${of.without.join(",")}`);
  return `#${pairs.join("&")}`;
}

// What is not known falls back to the start, and `told` says so.
function fromHash(hash, told) {
  const wanted = { ...data.start };
  const given = new URLSearchParams(hash.slice(1));
  for (const [name, value] of given) {
    if (name === "without") {
      const out = value.split(",").filter(Boolean);
      wanted.without = data.authors.filter((author) => out.includes(author));
      const unknown = out.filter((author) => !data.authors.includes(author));
      if (unknown.length) told.push([name, `The address leaves out “${unknown.join(", ")}”: not a study here.`]);
      if (wanted.without.length === data.authors.length) {
        wanted.without = [];
        told.push([name, "The address leaves out every study: all are in."]);
      }
    } else if (!FIELDS.includes(name)) {
      told.push([name, `The address says “${name}”: not a choice here.`]);
    } else if (!values(name).includes(value)) {
      told.push([name, `The address says “${name}=${value}”: not known, so ${data.labels[name][wanted[name]]}.`]);
    } else wanted[name] = value;
  }
  const moved = [];
  const next = settled(wanted, moved);
  told.push(...moved.filter(([field]) => given.has(field)));
  return next;
}

// ---- The result -----------------------------------------------------------------------

// The pooled result of a state, and a row for each study: one left out keeps its own effect.
function analyzed(of) {
  const about = data.outcomes[of.outcome];
  const inside = data.authors.map((author) => !of.without.includes(author));
  const kept = Object.fromEntries(
    Object.entries(about.counts).map(([name, column]) => [name, column.filter((_, i) => inside[i])]));
  const result = twobytwo.pool(kept, chosen(of));
  const weights = Object.fromEntries(result.studies.map(({ study, weight }) => [study, weight]));
  const studies = twobytwo.pool(about.counts, chosen(of)).studies
    .map((row, i) => ({ ...row, weight: weights[row.study] ?? null, inside: inside[i] }));
  const total = { ...result, study: "Total", weight: 100, inside: true };
  for (const key of ["events_treatment", "n_treatment", "events_control", "n_control"])
    total[key] = kept[key].reduce((sum, n) => sum + n);
  return { of, about, result, studies, total, axis: about.axes[of.measure] };
}

// ---- Words ----------------------------------------------------------------------------

const includesNull = (lower, upper, none) => lower <= none && none <= upper;

function sentence({ of, about, result, axis }) {
  const found = about.said[of.measure].replace("{}", number(result.estimate));
  const ends = `95 % CI ${number(result.ci_lower)} to ${number(result.ci_upper)}; ${pEquals(result.p_value)}`;
  const means = includesNull(result.ci_lower, result.ci_upper, axis.null)
    ? `The interval includes ${axis.null}: no difference is shown.` : `The interval leaves out ${axis.null}.`;
  return `${found} (${ends}). ${means}`;
}

function thousand({ result }) {
  const events = perThousandWords(twobytwo.per_thousand(result));
  const risk = number(100 * twobytwo.crude_control_risk(result), 1);
  return `${events.with} with a stent, ${events.without} without: ${events.difference} (${events.interval}), `
    + `where ${risk} % have the event without a stent, the crude risk of all controls of the chosen studies.`;
}

function paper({ of, about, result, axis }) {
  const differs = data.fields.filter((field) => of[field] !== data.start[field])
    .map((field) => data.legends[field].replace(/ estimated by| of/, "").toLowerCase());
  const out = data.authors.filter((author) => of.without.includes(author));
  if (out.length) differs.push(`without ${out.map((author) => data.labels.study[author]).join(", ")}`);
  if (!differs.length) return `prints OR ${about.paper}. This is its analysis.`;
  const [, lower, upper] = about.paper.match(/\[(.+), (.+)\]/).map(Number);
  const [its, here] = [includesNull(lower, upper, 1), includesNull(result.ci_lower, result.ci_upper, axis.null)];
  const compared = its !== here ? `Its interval ${its ? "shows no" : "shows a"} difference, this one ${here ? "does not" : "does"}.`
    : `${its ? "Neither interval shows" : "Both intervals show"} a difference.`;
  return `prints OR ${about.paper}. ${compared} Changed here: ${differs.join(", ")}.`;
}

const heterogeneity = ({ result }) => heterogeneityWords(result);
const method = ({ result }) => `${result.method_sentence} Overall effect: ${overallWords(result)}.`;
const effectHeading = ({ of }) => `${of.measure} [95 % CI]`;
const effectOf = (row) => withInterval(row.estimate, row.ci_lower, row.ci_upper);
const weightOf = (row) => (row.inside ? `${number(row.weight, 1)} %` : "left out");
const arm = (row, name) => `${row[`events_${name}`]}/${row[`n_${name}`]}`;

function described({ of, about, studies, total, axis }) {
  const rows = [...studies, total].map((row) => `${row.study}: ${row.events_treatment} of ${row.n_treatment} `
    + `against ${row.events_control} of ${row.n_control}, ${effectOf(row)}, ${weightOf(row)}.`);
  return `Forest plot of ${about.label}: ${data.measures[of.measure].toLowerCase()}, stent against control. `
    + `${rows.join(" ")} Left of ${axis.null}: ${about.favors[0]}; right of it: ${about.favors[1]}.`;
}

// What is drawn, and written beside it.
function written(shown) {
  const row = (one) => ({
    name: one.study, arms: [arm(one, "treatment"), arm(one, "control")], effect: effectOf(one), weighs: weightOf(one),
    estimate: one.estimate, lower: one.ci_lower, upper: one.ci_upper, weight: one.weight, inside: one.inside,
  });
  return { axis: shown.axis, arms: ["Stent", "Control"], studies: shown.studies.map(row), total: row(shown.total),
    heading: effectHeading(shown), favors: shown.about.favors, alt: described(shown) };
}

// ---- The page -------------------------------------------------------------------------

function fillTable({ of, about, studies, total }) {
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
  row(table.createTHead(), ["Study", "Stent", "Control", "Weight", effectHeading({ of })], "th");
  const body = table.createTBody();
  for (const one of [...studies, total])
    row(body, [one.study, arm(one, "treatment"), arm(one, "control"), weightOf(one), effectOf(one)]);
}

function fillForm() {
  for (const field of FIELDS) {
    const whys = new Set();
    const items = field === "tau2" ? [...form.elements.tau2.options] : [...form.elements[field]];
    for (const item of items) {
      const why = field === "outcome" ? undefined : refusal(state, field, item.value);
      item.disabled = why !== undefined;
      if (why) whys.add(why);
      item[field === "tau2" ? "selected" : "checked"] = item.value === state[field];
    }
    document.getElementById(`why-${field}`).textContent = [...whys].join(" ");
  }
  const last = state.without.length === data.authors.length - 1;
  for (const item of form.elements.study) {
    item.checked = !state.without.includes(item.value);
    item.disabled = last && item.checked;
  }
  document.getElementById("why-study").textContent = last ? "One study must stay." : "";
}

function show(told = []) {
  const shown = analyzed(state);
  fillForm();
  drawForest(plot, written(shown));
  fillTable(shown);
  for (const [name, words] of Object.entries({ thousand, paper, heterogeneity, method }))
    box.querySelector(`[data-is=${name}]`).textContent = words(shown);
  box.querySelector(".explorer-note").textContent = shown.about.note;
  box.querySelector("output").textContent = "";
  // One change of one region: a screen reader says it once.
  box.querySelector(".explorer-said").textContent = [...told.map(([, text]) => text), sentence(shown)].join(" ");
}

function choose(next, told = []) {
  state = settled(next, told);
  history.pushState(null, "", toHash(state));
  show(told);
}

// A hash without "=" is a heading of the page, not a state.
function read() {
  if (location.hash && !location.hash.includes("=")) return;
  const told = [];
  state = fromHash(location.hash, told);
  show(told);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", ({ target }) => {
  if (target.name !== "study") return choose({ ...state, [target.name]: target.value });
  const without = [...form.elements.study].filter((item) => !item.checked).map((item) => item.value);
  return choose({ ...state, without });
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
show();
read();
new ResizeObserver(() => drawForest(plot, written(analyzed(state)))).observe(plot);
