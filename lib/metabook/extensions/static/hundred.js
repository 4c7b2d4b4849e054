/* 100 patients like the reader's own: the two sliders move the icons, the interval, the words. */
"use strict";

const hundred = (() => {
  const whole = (x) => Math.round(x); // half up: events are never negative

  /** Of 100 patients with the event: without, with, and with by the limits (metabook/hundred.py). */
  function patients([effect, ...limits], percent, share) {
    const selection = (1 - share) * effect, p = percent / 100;
    const [with_, lower, upper] = [effect, ...limits].map((one) => {
      const odds = Math.exp(one - selection) * p;
      return whole((100 * odds) / (1 - p + odds));
    });
    return { without: percent, with_, lower, upper };
  }

  const more_or_fewer = (n) =>
    n === 0 ? "no more or fewer" : `${Math.abs(n)} ${n > 0 ? "more" : "fewer"}`;

  function sentence(words, label, events, share) {
    const [difference, lower, upper] =
      [events.with_, events.lower, events.upper].map((n) => more_or_fewer(n - events.without));
    const much = { 0: "none", 1: "all" }[share] ?? `${whole(100 * share)}\u00a0%`;
    return `${label}: ${events.without} of 100 ${words.without_treatment}, ${events.with_} `
      + `${words.with_treatment}. That is ${difference} (95\u00a0% interval ${lower} to ${upper}), `
      + `if ${much} of the association were the ${words.treatment}’s doing.`;
  }

  /** What becomes of each of the 100. */
  function kinds(events) {
    const both = Math.min(events.without, events.with_), changed = Math.abs(events.with_ - events.without);
    const other = events.with_ > events.without ? "added" : "spared";
    return Array.from({ length: 100 },
      (_, i) => (i < both ? "both" : i < both + changed ? other : "neither"));
  }

  function start(box) {
    const words = JSON.parse(box.querySelector("script").textContent);
    const form = box.querySelector("form");
    const risk = box.querySelector("#hundred-risk"), share = box.querySelector("#hundred-share");
    const is = (name) => box.querySelector(`[data-hundred-is=${name}]`);
    const names = Object.keys(words.outcomes);
    const state = {
      outcome: names[0], share: 100,
      risks: Object.fromEntries(names.map((name) => [name, words.outcomes[name].risks[1][0]])),
    };
    /** Twice the highest risk of the studies, up to the next ten. */
    const most = (name) => Math.min(100, Math.ceil(words.outcomes[name].risks[2][0] / 5) * 10);

    function read() {
      const given = new URLSearchParams(location.hash.slice(1));
      const number = (name, top, step) => {
        const n = /^\d+$/.test(given.get(name) ?? "") ? Number(given.get(name)) : NaN;
        return n <= top && n % step === 0 ? n : undefined;
      };
      if (names.includes(given.get("outcome"))) state.outcome = given.get("outcome");
      state.risks[state.outcome] = number("risk", most(state.outcome), 1) ?? state.risks[state.outcome];
      state.share = number("share", 100, Number(share.step)) ?? state.share;
      show();
    }

    function panel(part, name) {
      const { label, effects } = words.outcomes[name];
      const events = patients(effects, state.risks[name], state.share / 100);
      const shown = sentence(words, label, events, state.share / 100);
      const icons = part.querySelectorAll("use");
      kinds(events).forEach((kind, i) => {
        icons[i].setAttribute("href", `#hundred-${kind}`);
        icons[i].setAttribute("class", kind);
      });
      part.querySelector(".interval").setAttribute("d", `M${events.lower} 106H${events.upper}`);
      part.querySelector(".without").setAttribute("d", `M${events.without} 103.2l2.8 2.8-2.8 2.8-2.8-2.8z`);
      part.querySelector(".with").setAttribute("cx", events.with_);
      part.querySelector("svg").setAttribute("aria-label", shown);
      const status = part.querySelector(".hundred-said");
      if (status.textContent !== shown) status.textContent = shown;
      part.classList.toggle("chosen", name === state.outcome);
    }

    /** The places on the slider that the studies give, as ticks and as buttons. */
    function ticks(each) {
      const places = ["lowest", "middle", "highest"];
      box.querySelector("#hundred-risks").replaceChildren(...each.map(([percent]) => {
        const option = document.createElement("option");
        option.value = percent;
        return option;
      }));
      is("risks").replaceChildren(...each.map(([percent, whose], i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.risk = percent;
        button.textContent = `${percent}\u00a0%: ${places[i]}, ${whose}`;
        return button;
      }));
    }

    let ticked;
    function show() {
      const now = state.risks[state.outcome];
      form.querySelectorAll("[name=hundred-outcome]").forEach((one) => { one.checked = one.value === state.outcome; });
      risk.max = most(state.outcome);
      risk.value = now;
      share.value = state.share;
      risk.setAttribute("aria-valuetext", `${now} of 100 patients`);
      share.setAttribute("aria-valuetext", `${state.share} % of the association`);
      is("risk").textContent = `${now} of 100`;
      is("share").textContent = `${state.share}\u00a0%`;
      if (ticked !== state.outcome) ticks(words.outcomes[ticked = state.outcome].risks);
      box.querySelectorAll(".hundred-panel").forEach((part) => panel(part, part.dataset.outcome));
    }

    function changed() {
      const chosen = new URLSearchParams(
        { outcome: state.outcome, risk: state.risks[state.outcome], share: state.share });
      history.replaceState(null, "", `#${chosen}`);
      show();
    }

    form.addEventListener("input", ({ target }) => {
      if (target === risk) state.risks[state.outcome] = Number(risk.value);
      else if (target === share) state.share = Number(share.value);
      else state.outcome = target.value;
      changed();
    });
    form.addEventListener("click", ({ target }) => {
      if (target.dataset.risk) state.risks[state.outcome] = Number(target.dataset.risk);
      else if (target.dataset.share) state.share = Number(target.dataset.share);
      else return;
      changed();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", read);

    box.querySelectorAll(".hundred-said").forEach((status) => status.setAttribute("role", "status"));
    box.classList.add("moves");
    form.hidden = false;
    read();
  }

  return { patients, sentence, kinds, start };
})();

if (typeof document !== "undefined") document.querySelectorAll("[data-hundred]").forEach(hundred.start);
