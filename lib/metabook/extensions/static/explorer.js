// The explorer: reads a state from the address, looks its numbers up, and shows them.
// It computes no statistics: every number was pooled before the page was built.
const box = document.querySelector(".explorer");
const data = JSON.parse(document.getElementById("explorer-data").textContent);
const form = box.querySelector("form");
const plot = box.querySelector(".explorer-plot");
const SETS = 2 ** data.studies.length - 1;
let state = data.start;

// ---- Numbers as words -----------------------------------------------------------------

// Half up, as in print; a double's own toFixed is not.
function number(value, decimals = 2) {
  if (value === null) return "–";
  const digits = (Math.round(Number(`${Math.abs(value)}e${decimals}`)) / 10 ** decimals).toFixed(decimals);
  return (value < 0 && Number(digits) > 0 ? "−" : "") + digits;
}

function pEquals(p) {
  return p === 0 ? "p < 0.001" : `p = ${number(p, p < 0.01 ? 3 : 2)}`;
}

const withInterval = (estimate, lower, upper) =>
  estimate === null ? "not estimable" : `${number(estimate)} [${number(lower)}, ${number(upper)}]`;

function moreOrFewer(difference) {
  if (difference === 0) return "no more or fewer";
  return `${Math.abs(difference)} ${difference > 0 ? "more" : "fewer"}`;
}

// ---- The state ------------------------------------------------------------------------

const FIELDS = ["outcome", ...data.fields];
const prefix = (of, field) => FIELDS.slice(1, FIELDS.indexOf(field) + 1).map((name) => of[name]).join("/");
const refusal = (of, field, value) => data.refused[prefix({ ...of, [field]: value }, field)];
const values = (field) => Object.keys(data.labels[field]);

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
  const pairs = FIELDS.filter((name) => of[name] !== "none").map((name) => `${name}=${of[name]}`);
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

function looked(of) {
  const outcome = data.outcomes.findIndex((one) => one.key === of.outcome);
  const analysis = data.analyses.indexOf(data.fields.map((field) => of[field]).join("/"));
  const inside = data.authors.map((author) => !of.without.includes(author));
  const set = inside.reduce((sum, is, i) => sum + (is ? 2 ** i : 0), 0) - 1;
  const place = (outcome * data.analyses.length + analysis) * SETS + set;
  const about = data.outcomes[outcome];
  const at = Object.fromEntries(Object.entries(data.columns).map(([name, column]) => [name, column[place]]));
  const own = about.studies[of.method === "Peto" ? "Peto" : of.measure];
  let next = 0;
  const studies = data.studies.map((name, i) => {
    const [estimate, lower, upper] = own[i];
    const [e1, n1, e2, n2] = about.counts[i];
    const weight = inside[i] ? at.weights[next++] : null;
    return { name, estimate, lower, upper, e1, n1, e2, n2, weight, inside: inside[i] };
  });
  const sum = (key) => studies.reduce((total, study) => total + (study.inside ? study[key] : 0), 0);
  const total = { name: "Total", estimate: at.estimate, lower: at.lower, upper: at.upper, weight: 100, inside: true,
    e1: sum("e1"), n1: sum("n1"), e2: sum("e2"), n2: sum("n2") };
  return { about, at, studies, total, axis: about.axes[of.measure], set };
}

// ---- Words ----------------------------------------------------------------------------

const includesNull = (lower, upper, none) => lower <= none && none <= upper;

function sentence({ about, at, axis }) {
  const found = about.said[state.measure].replace("{}", number(at.estimate));
  const ends = `95 % CI ${number(at.lower)} to ${number(at.upper)}; ${pEquals(at.p)}`;
  const means = includesNull(at.lower, at.upper, axis.null)
    ? `The interval includes ${axis.null}: no difference is shown.` : `The interval leaves out ${axis.null}.`;
  return `${found} (${ends}). ${means}`;
}

function thousand({ about, at, set }) {
  const without = about.without[set];
  const [middle, lower, upper] = [at.with, at.with_lower, at.with_upper].map((n) => moreOrFewer(n - without));
  return `${at.with} with a stent, ${without} without: ${middle} (${lower} to ${upper}), `
    + `where ${about.risk[set]} % have the event without a stent, the crude risk of all controls of the chosen studies.`;
}

function paper({ about, at, axis }) {
  const differs = data.fields.filter((field) => state[field] !== data.start[field])
    .map((field) => data.legends[field].replace(/ estimated by| of/, "").toLowerCase());
  const out = data.studies.filter((_, i) => state.without.includes(data.authors[i]));
  if (out.length) differs.push(`without ${out.join(", ")}`);
  if (!differs.length) return `prints OR ${about.paper}. This is its analysis.`;
  const [, lower, upper] = about.paper.match(/\[(.+), (.+)\]/).map(Number);
  const [its, here] = [includesNull(lower, upper, 1), includesNull(at.lower, at.upper, axis.null)];
  const compared = its !== here ? `Its interval ${its ? "shows no" : "shows a"} difference, this one ${here ? "does not" : "does"}.`
    : `${its ? "Neither interval shows" : "Both intervals show"} a difference.`;
  return `prints OR ${about.paper}. ${compared} Changed here: ${differs.join(", ")}.`;
}

function heterogeneity({ at }) {
  if (at.q_df === 0) return "not applicable to one study";
  const tau2 = at.tau2 === null ? "" : `τ² = ${number(at.tau2)}; `;
  return `${tau2}Q = ${number(at.q)}, df = ${at.q_df} (${pEquals(at.q_p)}); I² = ${at.i2} %`;
}

function overall({ at }) {
  const name = state.interval === "wald" || at.q_df === 0 ? "z" : `t(${at.q_df})`;
  return `${name} = ${number(at.statistic)} (${pEquals(at.p)})`;
}

const effectHeading = () => `${state.measure} [95 % CI]`;
const weightOf = (row) => (row.inside ? `${number(row.weight, 1)} %` : "left out");
const effectOf = (row) => withInterval(row.estimate, row.lower, row.upper);

// What the drawing needs besides the numbers: its words.
function written(shown) {
  const told = (row) => ({ ...row, effect: effectOf(row), weighs: weightOf(row) });
  return { axis: shown.axis, studies: shown.studies.map(told), total: told(shown.total),
    heading: effectHeading(), favors: shown.about.favors, alt: described(shown) };
}

function described({ about, studies, total, axis }) {
  const rows = [...studies, total].map((row) =>
    `${row.name}: ${row.e1} of ${row.n1} against ${row.e2} of ${row.n2}, ${effectOf(row)}, ${weightOf(row)}.`);
  return `Forest plot of ${about.label}: ${data.measures[state.measure].toLowerCase()}, stent against control. `
    + `${rows.join(" ")} Left of ${axis.null}: ${about.favors[0]}; right of it: ${about.favors[1]}.`;
}

// ---- The page -------------------------------------------------------------------------

function fillTable({ about, studies, total }) {
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
  row(table.createTHead(), ["Study", "Stent", "Control", "Weight", effectHeading()], "th");
  const body = table.createTBody();
  for (const one of [...studies, total])
    row(body, [one.name, `${one.e1}/${one.n1}`, `${one.e2}/${one.n2}`, weightOf(one), effectOf(one)]);
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
  const shown = looked(state);
  fillForm();
  drawForest(plot, written(shown));
  fillTable(shown);
  const is = { thousand, paper, heterogeneity };
  for (const [name, words] of Object.entries(is)) box.querySelector(`[data-is=${name}]`).textContent = words(shown);
  box.querySelector("[data-is=method]").textContent =
    `${shown.at.method.map((i) => data.columns.sentences[i]).join(". ")}. Overall effect: ${overall(shown)}.`;
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
new ResizeObserver(() => drawForest(plot, written(looked(state)))).observe(plot);
