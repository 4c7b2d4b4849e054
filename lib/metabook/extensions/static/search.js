// Searches the words of all sections (search-text.js) and shows where they stand.
const RESULTS = 40;
const AROUND = 90; // characters of an excerpt on either side of what was found

// Numbers keep their decimals; a word is letters, joined by hyphens and apostrophes.
const WORD = /\d+(?:[.,]\d+)*|\p{L}[\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
const words = (text) => [...text.matchAll(WORD)].flatMap(([word]) =>
  word.includes("-") ? [word, ...word.split("-")] : [word]);

// British and American spelling are one: haemorrhage, hemorrhage; randomised, randomized.
function spelled(word) {
  return word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ao]e/g, "e")
    .replace(/(?<=\p{L}{3})is(e[ds]?|ing|ations?)$/u, "iz$1").replace(/our(?=s?$|ed$|able$)/, "or")
    .replace(/(?<=\p{L}{3})re$/u, "er");
}

// Words that every page has, and that a question is asked with.
const COMMON = new Set(("a an and are as at be by can do does did for from has have how i in is it its me my of on or "
  + "should that the their there this to was we were what when where which who why will with").split(" "));
// The pages are written in their order; the earlier ones are for more readers.
const pages = [...new Set(searchTexts.map(({ page }) => page))];
const early = (id) => 1.5 - pages.indexOf(searchTexts[id].page) / pages.length;

const index = new MiniSearch({
  fields: ["title", "of", "text"],
  tokenize: words,
  processTerm: (word) => (COMMON.has(word.toLowerCase()) ? null : spelled(word)),
  searchOptions: {
    boost: { title: 5, of: 2 },
    boostDocument: early,
    prefix: (term) => term.length > 2 && /^\p{L}/u.test(term),
    fuzzy: (term) => (/^\p{L}{6,}/u.test(term) ? 0.15 : false),
  },
});

function find(query) {
  const all = index.search(query, { combineWith: "AND" });
  return (all.length ? all : index.search(query)).slice(0, RESULTS);
}

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

// The words about the first match, with every match marked.
function excerpt(text, terms) {
  const found = [...text.matchAll(WORD)].filter(([word]) =>
    [word, ...word.split("-")].some((part) => terms.has(spelled(part))));
  const middle = found.length ? found[0].index : 0;
  let start = Math.max(0, middle - AROUND);
  if (start) start = text.indexOf(" ", start) + 1;
  let end = Math.min(text.length, middle + 2 * AROUND);
  if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), middle + 1);
  const line = element("p", start ? "… " : "");
  let at = start;
  for (const match of found.filter(({ index: i }) => i >= start && i < end)) {
    line.append(text.slice(at, match.index), element("mark", match[0]));
    at = match.index + match[0].length;
  }
  line.append(text.slice(at, Math.max(at, end)), end < text.length ? " …" : "");
  return line;
}

function result(hit) {
  const entry = searchTexts[hit.id];
  const link = element("a", entry.title);
  link.href = `${entry.page}.html${entry.title === entry.of ? "" : `#${entry.id}`}`;
  const item = element("li", link);
  if (entry.title !== entry.of) item.append(element("span", ` · ${entry.of}`));
  item.append(excerpt(entry.text, new Set(hit.terms)));
  return item;
}

function showFound(query) {
  const hits = query.trim() ? find(query) : [];
  const place = document.getElementById("search-results");
  const many = { 0: "Nothing was found. Try fewer or other words.", 1: "Found in one section:" };
  const status = element("p", many[hits.length] ?? `Found in ${hits.length} sections, the best first:`);
  status.setAttribute("role", "status");
  const list = element("ol", ...hits.map(result));
  list.className = "search-list";
  place.replaceChildren(...(query.trim() ? [status, list] : []));
}

index.addAll(searchTexts.map((entry, id) => ({ ...entry, id })));
const asked = new URLSearchParams(location.search).get("q") ?? "";
document.querySelectorAll("input[name=q]").forEach((field) => { field.value = asked; });
document.querySelector("#search-results").closest(".bd-search-container")
  .querySelector("input[name=q]").addEventListener("input", (event) => showFound(event.target.value));
showFound(asked);
