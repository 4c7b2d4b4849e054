// Exercises that answer in the page: by the record of each, as metabook/checking.py judges.
"use strict";

const exercises = (() => {
  const EARLY = 0.03;
  const PLACES = ["a whole number is", "one decimal is", "two decimals are", "three decimals are"];
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const near = (x, y, decimals) => Math.abs(x - y) <= 0.5 * 10 ** -decimals * (1 + 1e-9);
  const same = (given, other, decimals) => given.every((x, i) => near(x, other[i], decimals));

  /** The numbers in a text, each with its decimals; one comma is a decimal comma. */
  function typedNumbers(typed, wanted) {
    const plain = typed.replace(/[−–]/g, "-").replace(/([0-9])-(?=[0-9.,])/g, "$1 ");
    let tokens = plain.match(/[-+]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:e[-+]?[0-9]+)?/gi) ?? [];
    if (tokens.length !== wanted) tokens = tokens.flatMap((token) => token.split(","));
    tokens = tokens.map((token) => token.replaceAll(",", "."));
    if (!tokens.every((token) => /^[-+]?[0-9]*[.]?[0-9]+(?:e[-+]?[0-9]+)?$/i.test(token))) return [];
    const fewer = /fewer|less/i.test(typed);
    const found = tokens.map((token) => {
      const value = Number(token), places = (token.split(".")[1] ?? "").length;
      return [fewer ? -Math.abs(value) : value, /e/i.test(token) ? 99 : places];
    });
    return found.every(([value]) => Number.isFinite(value)) ? found : [];
  }

  function judgeNumber({ right, decimals, fields, known, elsewhere, lesson }, typed, words) {
    const no = (why) => [false, why];
    const found = typedNumbers(typed, right.length);
    if (found.length !== right.length) {
      return no(right.length === 1 ? words.number
        : filled(words.numbers, { n: right.length, fields: fields.join(", ").toLowerCase() }));
    }
    const given = found.map(([value]) => value);
    if (same(given, right, decimals)) return [true, lesson];
    const mistake = (some) => some.find(([values, at]) => same(given, values, at));
    if (mistake(known)) return no(mistake(known)[2]);
    const every = (holds) => found.every(([x, places], i) => holds(x, right[i], places));
    if (given.some((x) => x !== 0) && every((x, y, places) => near(x, y, Math.min(places, decimals)))) {
      return no(filled(words.far, { places: PLACES[decimals] }));
    }
    if (mistake(elsewhere)) return no(mistake(elsewhere)[2]);
    const cut = (rest) => rest >= 0 && rest < 10 ** -decimals;
    if (every((x, y, places) => cut((y - x) * (y > 0 ? 1 : -1)) && places <= decimals)) return no(words.cut);
    if (every((x, y) => Math.abs(x - y) <= EARLY * Math.abs(y))) return no(words.early);
    const fit = fields.find((_, i) => near(given[i], right[i], decimals));
    return no(fit ? filled(words.part, { right: fit.toLowerCase() }) : words["not yet"]);
  }

  function judgeChoice({ right, known, lesson }, letter, words) {
    if (letter === right) return [true, lesson];
    const letters = [right, ...known.map(([one]) => one)].sort().join(", ");
    return [false, known.find(([one]) => one === letter)?.[1] ?? filled(words.letter, { letters })];
  }

  function judgeText({ needs, lesson }, typed, words) {
    if (!typed) return [false, words.text];
    const plain = typed.replace(/([0-9])[,·](?=[0-9])/g, "$1.");
    const missing = needs.find(([pattern]) => !new RegExp(pattern, "is").test(plain));
    return missing ? [false, missing[1]] : [true, lesson];
  }

  /** Whether what was typed into the fields is right, and why. */
  function judge(record, texts, words) {
    const typed = texts.join(" ").trim();
    if (record.kind === "text") return judgeText(record, typed, words);
    if (record.kind === "choice") return judgeChoice(record, typed.toUpperCase(), words);
    return judgeNumber(record, texts.join(" ; "), words);
  }

  /** Answers by exercise, kept on the device where the browser allows it, else for this page. */
  function kept(key) {
    let here = {};
    return {
      read() {
        try {
          const found = JSON.parse(localStorage.getItem(key));
          if (found?.constructor === Object) here = found;
        } catch { /* only here */ }
        return here;
      },
      write(all) {
        here = all;
        try { localStorage.setItem(key, JSON.stringify(all)); } catch { /* only here */ }
      },
    };
  }

  function start(top) {
    const { sentences: words, every } = JSON.parse(top.querySelector("script").textContent);
    const book = document.querySelector('meta[property="og:site_name"]')?.content ?? "";
    const progress = kept(`exercises: ${book}`);
    const boxes = [...document.querySelectorAll("[data-exercise]")];
    const [clear, next, count] = ["button", "a", "[data-count]"].map((one) => top.querySelector(one));
    let cleared = null;

    const solved = (name) => progress.read()[name]?.right === true;
    const title = (box) => {
      const heading = box.closest("section")?.querySelector("h2, h3")?.cloneNode(true);
      heading?.querySelector(".headerlink")?.remove();
      return heading?.textContent ?? box.dataset.exercise;
    };

    function tell() {
      const here = boxes.filter((box) => solved(box.dataset.exercise));
      const all = every.filter(solved).length;
      count.textContent = `Solved: ${here.length} of ${boxes.length} on this page, ${all} of ${every.length} in the book.`;
      const open = boxes.find((box) => !solved(box.dataset.exercise));
      next.hidden = !here.length || !open;
      if (open) {
        next.href = `#${open.id}`;
        next.textContent = `Next: ${title(open)}`;
      }
      clear.hidden = !cleared && !Object.keys(progress.read()).length;
      clear.textContent = cleared ? "Bring it back" : "Clear my progress";
      boxes.forEach((box) => box.classList.toggle("solved", solved(box.dataset.exercise)));
    }

    function box(one) {
      const name = one.dataset.exercise, form = one.querySelector("form");
      const record = JSON.parse(one.querySelector("script").textContent);
      const fields = [...form.querySelectorAll("input, textarea")];
      const verdict = form.querySelector("[role=status]");
      const folds = [...one.querySelectorAll("details")];
      const choice = record.kind === "choice";
      const typed = () => (choice ? [form.elements[name].value] : fields.map((field) => field.value));
      /** Each fold comes once the one before it was opened; all of them after the answer. */
      const unfold = (all) => folds.forEach((fold, i) => {
        fold.hidden = !all && i > 0 && (folds[i - 1].hidden || !("seen" in folds[i - 1].dataset));
      });

      verdict.id = `verdict-${name}`;
      fields.forEach((field) => field.setAttribute("aria-describedby", verdict.id));
      // A click or a key, not the opening: a printer opens all of them.
      folds.forEach((fold) => fold.querySelector("summary").addEventListener("click", () => {
        fold.dataset.seen = "";
        unfold(solved(name));
      }));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const texts = typed(), [right, why] = judge(record, texts, words);
        verdict.className = `exercise-verdict ${right ? "right" : "wrong"}`;
        verdict.textContent = `${right ? "Right" : "Not right"}. ${why}`;
        if (!choice) fields.forEach((field) => field.setAttribute("aria-invalid", !right));
        const before = progress.read();
        if (right || !before[name]?.right) progress.write({ ...before, [name]: { right, texts } });
        cleared = null;
        if (right) unfold(true);
        tell();
      });
      return () => {
        const texts = progress.read()[name]?.texts ?? [];
        fields.forEach((field, i) => {
          if (choice) field.checked = field.value === texts[0];
          else field.value = texts[i] ?? "";
          field.removeAttribute("aria-invalid");
        });
        verdict.textContent = "";
        verdict.className = "exercise-verdict";
        folds.forEach((fold) => { fold.open = false; delete fold.dataset.seen; });
        unfold(solved(name));
        one.classList.add("answers");
        form.hidden = false;
      };
    }

    const restore = boxes.map(box);
    clear.addEventListener("click", () => {
      const back = cleared;
      cleared = back ? null : progress.read();
      progress.write(back ?? {});
      restore.forEach((again) => again());
      tell();
    });
    restore.forEach((again) => again());
    top.hidden = false;
    tell();
  }

  return { judge, start };
})();

if (typeof document !== "undefined") document.querySelectorAll("[data-exercises]").forEach(exercises.start);
