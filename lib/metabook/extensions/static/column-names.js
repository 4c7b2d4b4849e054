// What the name of a column says, as `twobytwo.io.header` has it: which arm, which count. The words
// are Python's own table, in `NAMES`. What is read here in one way only, is; the rest is refused.

const LONG_WORD = /[^\W\d_]{4,}/g; // xTi is one
const CAMEL = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})/g;
const spaced = (name) => name.normalize("NFKC").replace(LONG_WORD, (word) => word.replace(CAMEL, " "));
const plain = (name) => (name.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+|%/gu) ?? []).join(" ");

// What a word means in a table such as {events: ["deaths"]}; undefined where it means nothing.
const meant = (table, word) => Object.keys(table).find((meaning) => table[meaning].includes(word));

// Split a word such as xti or cdeath into its count and its arm.
function partsOf(word) {
  const { kind, arm, filler, measure } = NAMES;
  if (meant(kind, word) || meant(arm, word) || filler.includes(word) || measure.includes(word)) return [word];
  const [isKind, isArm] = [kind, arm].map((table) => (part) => meant(table, part) || part === "e");
  for (const whole of [word, word.replace(/i$/, "")])
    for (let at = 1; at < whole.length; at++) {
      const [left, right] = [whole.slice(0, at), whole.slice(at)];
      if ((isKind(left) && isArm(right)) || (isArm(left) && isKind(right))) return [left, right];
    }
  return [word];
}

// {arm, kind, rest}: kind is events, n or without; rest are the words that say neither.
function meaning(name) {
  const words = (spaced(name).toLowerCase().match(/\p{L}+|\d+|%/gu) ?? []).flatMap(partsOf);
  if (words.some((word) => NAMES.measure.includes(word)) || words[0] === "%") return { arm: null, kind: null, rest: words };
  const kinds = new Set(words.map((word) => meant(NAMES.kind, word)).filter(Boolean));
  const arms = new Set(words.map((word) => meant(NAMES.arm, word)).filter(Boolean));
  let rest = words.filter((word) => !meant(NAMES.kind, word) && !meant(NAMES.arm, word) && !NAMES.filler.includes(word) && word !== "%");
  const take = (letter) => {
    const at = rest.indexOf(letter);
    if (at >= 0) rest = rest.filter((_, i) => i !== at);
    return at >= 0;
  };
  const deaths = !kinds.size && (rest.some((word) => /\d/.test(word)) || /^d[._]/i.test(name));
  if (deaths && take("d")) kinds.add("events"); // Stata's d1 n1 d0 n0, d.asp n.asp
  if (take("e")) {
    if (kinds.size) arms.add("treatment");
    else kinds.add("events");
    if (take("e")) arms.add("treatment");
  }
  const index = arms.size || rest.some((word) => /\d/.test(word)) || !kinds.size; // metafor's i
  if (take("i") && !index) arms.add("treatment");
  const kind = ["without", "events", "n"].find((one) => kinds.has(one)) ?? null;
  return { arm: arms.has("control") ? "control" : arms.size ? "treatment" : null, kind, rest };
}

const PAIR = /^(\d+) ?(?:\/|of|out of) ?(\d+)$/i;
const complete = (slot) => "both" in slot || ["events", "n", "without"].filter((kind) => kind in slot).length > 1;
const isArmColumn = (name) => {
  const words = plain(spaced(name)).split(" ");
  return words.some((word) => NAMES.armColumn.includes(word))
    && words.every((word) => NAMES.armColumn.includes(word) || NAMES.besideArm.includes(word));
};

/**
 * Where everything stands: {study, arms: [treatment, control] or [one], names, arm, year, outcome},
 * or {refused}, or null where no counts are named.
 */
function columnsOf(header, body) {
  if (header.some((name) => PAIR.test(name) || /^\d+$/.test(name))) return null; // a study
  const at = (names) => header.findIndex((name) => names.includes(plain(name)));
  const beside = { year: at(NAMES.year), outcome: at(NAMES.outcome) };
  const slots = new Map();
  header.forEach((name, i) => {
    if (Object.values(beside).includes(i)) return;
    const { arm, kind, rest } = meaning(name);
    const cells = body.map((row) => row[i] ?? "").filter(Boolean);
    const what = cells.length && cells.every((cell) => PAIR.test(cell)) ? "both" : kind;
    const key = JSON.stringify([arm, rest.join(" ")]);
    if (what) slots.set(key, { ...slots.get(key), [what]: [...(slots.get(key)?.[what] ?? []), i] });
  });
  const full = [...slots].filter(([, slot]) => complete(slot)).map(([key, slot]) => [...JSON.parse(key), slot]);
  const [treated, controls] = ["treatment", "control"].map((arm) => full.filter(([slotArm]) => slotArm === arm));
  const both = treated.filter(([, rest]) => controls.some(([, other]) => other === rest));
  const chosen = both.find(([, rest]) => rest === "") ?? (both.length === 1 ? both[0] : null);
  const lettered = Object.entries(NAMES.conventions).map(([names, kind]) => [names.split(","), kind])
    .find(([names]) => names.every((name) => at([name]) >= 0));
  let [arms, names] = [null, null];
  if (chosen) arms = [chosen[2], controls.find(([, rest]) => rest === chosen[1])[2]];
  else if (!both.length && treated.length === 1 && controls.length === 1) {
    arms = [treated[0][2], controls[0][2]];
    names = [treated[0][1], controls[0][1]];
  } else if (lettered) {
    const [columns, kind] = lettered;
    arms = [0, 2].map((i) => ({ events: [at([columns[i]])], [kind]: [at([columns[i + 1]])] }));
  } else {
    const labels = full.map(([arm, rest]) => [rest, arm].filter(Boolean).join(" "));
    const numbered = /^[12],[12]$/.test(labels.join()) ? numberedArms(header, body) : null;
    const called = numbered ? labels.map((label) => numbered[label - 1]) : labels;
    let control = labels.length === 2 ? controlOf(called) : -1;
    if (control < 0 && labels.length === 2) control = controlOf(labels, true);
    if (control >= 0) {
      arms = [full[1 - control][2], full[control][2]];
      names = /^\d$/.test(called[0]) ? null : [called[1 - control], called[control]];
    } else if (both.length || labels.filter(Boolean).length > 1)
      return { refused: `Two readings are possible (${labels.join("; ")}).` };
  }
  let arm = -1;
  if (!arms) {
    const [one] = full.filter(([slotArm, rest]) => slotArm === null && rest === "");
    arm = header.findIndex((name, i) => isArmColumn(name) && meaning(name).kind === null && i !== beside.outcome);
    if (!one || Object.values(one[2]).some((found) => found.length > 1)) return null;
    if (arm < 0) return { refused: "Only one arm has counts: a comparison needs two." };
    arms = [one[2]];
  }
  if (arms.some((slot) => Object.values(slot).some((found) => found.length > 1))) return { refused: "Two columns have one meaning." };
  arms = arms.map((slot) => Object.fromEntries(Object.entries(slot).map(([kind, [i]]) => [kind, i])));
  const used = [...arms.flatMap((slot) => Object.values(slot)), arm, beside.year, beside.outcome];
  const rank = (name) => NAMES.study.findIndex((word) => plain(spaced(name)).split(" ").includes(word));
  const isText = (i) => body.some((row) => /\p{L}/u.test(row[i] ?? ""));
  const free = header.map((name, i) => ({ i, order: [isText(i) ? 0 : 1, rank(name)] })).filter(({ i }) => !used.includes(i));
  const named = free.filter(({ order }) => order[1] >= 0)
    .sort((x, y) => x.order[0] - y.order[0] || x.order[1] - y.order[1]);
  const study = (named[0] ?? free.find(({ order }) => order[0] === 0))?.i;
  return study === undefined ? { refused: "No column names the studies." } : { study, arms, names, arm, ...beside };
}

// What two columns beside, such as treat1 and treat2, call the arms 1 and 2 in all rows, or null.
function numberedArms(header, body) {
  const at = (name) => header.findIndex((one) => plain(one).replaceAll(" ", "") === name);
  const stem = NAMES.armColumn.find((word) => at(`${word}1`) >= 0 && at(`${word}2`) >= 0);
  const held = [1, 2].map((n) => [...new Set(stem ? body.map((row) => row[at(`${stem}${n}`)]) : [])]);
  return held.every((one) => one.length === 1) && held[0][0] !== held[1][0] ? held.flat() : null;
}

// Which of two arms is the control; -1 if no name says so. Numbered, 1 is treated: 2, or 0, is not.
function controlOf(labels, numbered = false) {
  const known = labels.map((label) => meaning(label).arm === "control");
  if (known.filter(Boolean).length === 1) return known.indexOf(true);
  const two = ["2", "0"].find((label) => labels.includes(label));
  return numbered && two && labels.includes("1") ? labels.indexOf(two) : -1;
}
