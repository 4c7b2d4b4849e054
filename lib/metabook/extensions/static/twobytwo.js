// The statistics of 2x2 tables in the page: the library `twobytwo`, with its names and its
// numbers, for whoever has no Python at hand. One classic script, so that it also works in a
// page opened from a file; one global. Nothing here touches the page.
const twobytwo = (() => {
  "use strict";

  // ---- Sums ---------------------------------------------------------------------------

  /** @type {(x: number[]) => number} */
  const sum = (x) => x.reduce((total, value) => total + value, 0);
  /** @type {(x: number[], y: number[]) => number} sum(x y) */
  const dot = (x, y) => x.reduce((total, value, i) => total + value * y[i], 0);

  // ---- Distributions ------------------------------------------------------------------

  const LANCZOS = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7,
  ];

  /** ln Gamma(x) for x >= 1/2, by Lanczos's series. */
  function log_gamma(x) {
    const t = x + 6.5;
    const series = LANCZOS.reduce((total, c, i) => total + (i ? c / (x - 1 + i) : c), 0);
    return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(series);
  }

  /**
   * 1 / (b(0) + a(1) / (b(1) + a(2) / (b(2) + ...))), by the modified method of Lentz.
   * @param {(i: number) => number} a @param {(i: number) => number} b
   */
  function continued_fraction(a, b) {
    let [c, d] = [Infinity, 1 / b(0)];
    let value = d;
    for (let i = 1; i < 10000; i++) {
      d = 1 / (b(i) + a(i) * d);
      c = b(i) + a(i) / c;
      value *= c * d;
      if (Math.abs(c * d - 1) < 1e-16) break;
    }
    return value;
  }

  /** Upper tail of the gamma distribution, Gamma(a, x) / Gamma(a): a series, or a fraction. */
  function gamma_tail(a, x) {
    if (!(x > 0)) return x <= 0 ? 1 : NaN;
    if (x === Infinity) return 0;
    const front = Math.exp(a * Math.log(x) - x - log_gamma(a));
    if (x >= a + 1) return front * continued_fraction((i) => i * (a - i), (i) => x + 2 * i + 1 - a);
    let [term, total] = [1 / a, 1 / a];
    for (let i = 1; term > total * 1e-17; i++) total += term *= x / (a + i);
    return 1 - front * total;
  }

  /** Lower tail of the beta distribution at x, with 1 - x given for its digits. */
  function beta_tail(x, rest, a, b) {
    if (x > (a + 1) / (a + b + 2)) return 1 - beta_tail(rest, x, b, a);
    const front = Math.exp(a * Math.log(x) + b * Math.log(rest)
      + log_gamma(a + b) - log_gamma(a) - log_gamma(b));
    const step = (i) => {
      const m = Math.floor(i / 2);
      return i % 2 ? (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
        : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    };
    return (front / a) * continued_fraction(step, () => 1);
  }

  /** P(chi-square on df degrees of freedom > q). */
  const chi_square_tail = (q, df) => gamma_tail(df / 2, q / 2);

  /** P(Z > z), for z >= 0. */
  const normal_tail = (z) => gamma_tail(0.5, (z * z) / 2) / 2;

  /** P(T > t) on df degrees of freedom, for t >= 0. */
  function t_tail(t, df) {
    if (t === Infinity) return 0;
    const ratio = (t * t) / df;
    return t > 0 ? beta_tail(1 / (1 + ratio), ratio / (1 + ratio), df / 2, 0.5) / 2 : t === 0 ? 0.5 : NaN;
  }

  /**
   * The x > 0 above which the probability p lies. The logarithm of each tail here is concave
   * in ln x, so that Newton's steps overshoot once at most, and then only fall.
   * @param {(x: number) => number} tail @param {(x: number) => number} density
   */
  function quantile(tail, density, p, start) {
    let [x, step] = [start, 1];
    for (let i = 0; i < 200 && Math.abs(step) > 1e-8; i++) {
      const above = tail(x);
      step = (above * Math.log(above / p)) / (x * density(x));
      x *= Math.exp(step);
    }
    return x;
  }

  /** z with P(Z > z) = p, for p < 1/2. */
  const normal_quantile = (p) => quantile(normal_tail,
    (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI), p, Math.sqrt(-2 * Math.log(p)));

  /** t with P(T > t) = p, for p < 1/2. */
  function t_quantile(p, df) {
    const front = log_gamma((df + 1) / 2) - log_gamma(df / 2) - Math.log(df * Math.PI) / 2;
    const density = (t) => Math.exp(front - ((df + 1) / 2) * Math.log1p((t * t) / df));
    return quantile((t) => t_tail(t, df), density, p, normal_quantile(p));
  }

  /** q with P(chi-square > q) = p; from Wilson's and Hilferty's approximation. */
  function chi_square_quantile(p, df) {
    const half = df / 2;
    const density = (q) => Math.exp((half - 1) * Math.log(q / 2) - q / 2 - log_gamma(half)) / 2;
    const z = p < 0.5 ? normal_quantile(p) : p > 0.5 ? -normal_quantile(1 - p) : 0;
    const start = df * Math.max(1 - 1 / (9 * half) + z / Math.sqrt(9 * half), 0.1) ** 3;
    return quantile((q) => chi_square_tail(q, df), density, p, start);
  }

  // ---- Roots --------------------------------------------------------------------------

  /**
   * Where a decreasing function crosses zero: halve [low, high] until no double lies between.
   * Where the function is not positive at low, the answer is low itself.
   */
  function bisect(f, low, high) {
    if (!(f(low) > 0)) return low;
    for (;;) {
      const between = middle(low, high);
      if (!(low < between && between < high)) return low;
      if (f(between) > 0) low = between;
      else high = between;
    }
  }

  // The geometric middle of ends far apart; 1e-30 stands in for a low of 0.
  const middle = (low, high) => (high > 4 * low
    ? Math.sqrt(Math.max(low, 1e-30 * high)) * Math.sqrt(high) : low + (high - low) / 2);

  // ---- Options ------------------------------------------------------------------------

  const CHOICES = {
    measure: ["OR", "RR", "RD"],
    model: ["random", "fixed"],
    method: ["MH", "IV", "Peto", "exact"],
    tau2: ["DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS"],
    q_center: ["MH", "IV"],
    interval: ["wald", "hksj", "hksj-truncated"],
    zero_cells: ["affected", "all", "none"],
    prediction_df: ["k-2", "k-1"],
  };

  // RevMan 5's "M-H, Random".
  const DEFAULTS = {
    measure: "OR", model: "random", method: "MH", tau2: "DL", q_center: null, interval: "wald",
    zero_cells: "affected", increment: 0.5, level: 0.95, prediction_df: "k-2",
  };

  const quoted = (value) => (typeof value === "string" ? `'${value}'` : String(value));

  function refuse(unless, text) {
    if (!unless) throw new Error(text);
  }

  /** Complete and check the choices of an analysis; null or undefined is not chosen. */
  function options(explicit = {}) {
    const given = Object.entries(explicit).filter(([, value]) => value !== null && value !== undefined);
    for (const [name] of given) refuse(name in DEFAULTS, `there is no option ${quoted(name)}`);
    const exact = explicit.method === "exact";
    const chosen = { ...DEFAULTS, ...(exact ? { model: "fixed" } : {}), ...Object.fromEntries(given) };
    chosen.random = chosen.model === "random";
    chosen.center = chosen.q_center ?? chosen.method;
    check(chosen);
    return chosen;
  }

  function check(chosen) {
    const { measure, method, random, center, tau2, interval, increment, level } = chosen;
    for (const [name, allowed] of Object.entries(CHOICES)) {
      const value = chosen[name];
      refuse(allowed.includes(value) || (name === "q_center" && value === null),
        `${name} ${quoted(value)} is not one of ${allowed.join(", ")}`);
    }
    refuse(Number.isFinite(increment) && increment > 0,
      `increment ${quoted(increment)} is not a positive number; to add nothing choose zero_cells none`);
    refuse(level > 0 && level < 1, `level ${quoted(level)} is not between 0 and 1; 95 % is 0.95`);
    if (method === "Peto" || method === "exact") {
      refuse(measure === "OR", `method ${method} estimates odds ratios: ${measure} needs MH or IV`);
      refuse(!random, `method ${method} is a fixed-effect method: add model fixed`);
      refuse(!chosen.q_center, `method ${method} has ${method === "exact" ? "no" : "its own"} Q: leave q_center out`);
    }
    refuse(!(random && center === "MH") || tau2 === "DL",
      `tau2 ${tau2} needs Q about the inverse-variance mean: add method IV `
      + "(Q about the Mantel-Haenszel estimate is defined for DL only)");
    refuse(random || interval === "wald", `interval ${interval} is for random effects: choose wald`);
  }

  // ---- Study effects ------------------------------------------------------------------

  /**
   * The tables {a, b, c, d} of the studies: treated with and without the event, then controls.
   * @param {{events_treatment: number[], n_treatment: number[], events_control: number[], n_control: number[]}} counts
   */
  function cells({ events_treatment, n_treatment, events_control, n_control }) {
    const arms = { treatment: [events_treatment, n_treatment], control: [events_control, n_control] };
    for (const [name, [events, n]] of Object.entries(arms)) {
      refuse(Array.isArray(events) && Array.isArray(n) && events.length === n_treatment.length
        && n.length === n_treatment.length, "counts must be arrays with one entry per study: pass [8], not 8");
      events.forEach((x, i) => refuse(
        Number.isInteger(x) && Number.isInteger(n[i]) && x >= 0 && x <= n[i],
        `study ${i + 1}: events_${name} = ${x} of n_${name} = ${n[i]}; `
        + "counts must be whole numbers with 0 <= events <= n"));
    }
    return events_treatment.map((a, i) => (
      { a, b: n_treatment[i] - a, c: events_control[i], d: n_control[i] - events_control[i] }));
  }

  const is_absent = ({ a, b, c, d }) => a + b === 0 || c + d === 0;
  const has_zero_cell = ({ a, b, c, d }) => a * b * c * d === 0;
  const raised = ({ a, b, c, d }, x) => ({ a: a + x, b: b + x, c: c + x, d: d + x });

  /** Whether a study informs the measure, decided on raw counts. */
  function estimable(table, measure) {
    const { a, b, c, d } = table;
    return !is_absent(table) && (measure === "RD" || (a + c > 0 && b + d > 0));
  }

  /** The zero-cell rule: what is added to all four cells of which studies. */
  function corrected(table, { zero_cells, increment }) {
    const touched = zero_cells === "all" || (zero_cells === "affected" && has_zero_cell(table));
    return touched ? raised(table, increment) : table;
  }

  /** y = ln(ad / bc), v = 1/a + 1/b + 1/c + 1/d. */
  const log_odds_ratio = ({ a, b, c, d }) => (
    { effect: Math.log((a * d) / (b * c)), variance: 1 / a + 1 / b + 1 / c + 1 / d });

  /** y = ln((a / n1) / (c / n2)), v = 1/a - 1/n1 + 1/c - 1/n2, without the cancellation. */
  function log_risk_ratio({ a, b, c, d }) {
    const [n1, n2] = [a + b, c + d];
    return { effect: Math.log((a * n2) / (c * n1)), variance: b / (a * n1) + d / (c * n2) };
  }

  const binomial_variance = ({ a, b, c, d }) =>
    (a * b) / (a + b) ** 3 + (c * d) / (c + d) ** 3;

  /** y = a/n1 - c/n2, v = ab/n1^3 + cd/n2^3; the increment enters v alone, where it would be 0. */
  function risk_difference(table, { zero_cells, increment }) {
    const { a, b, c, d } = table;
    const raw = binomial_variance(table);
    const variance = raw > 0 || zero_cells === "none" ? raw : binomial_variance(raised(table, increment));
    return { effect: a / (a + b) - c / (c + d), variance };
  }

  /** y = (a - E) / V, v = 1/V: E and V of the hypergeometric law. */
  function peto_log_odds_ratio({ a, b, c, d }) {
    const [n1, n2, m] = [a + b, c + d, a + c];
    const total = n1 + n2;
    const information = ((((n1 / total) * n2) / total) * m * (b + d)) / (total - 1);
    return { effect: (a - (n1 * m) / total) / information, variance: 1 / information };
  }

  /** Effect and variance of one study, on the log scale for OR and RR. */
  function study_effect(table, chosen) {
    if (chosen.method === "Peto") return peto_log_odds_ratio(table);
    if (chosen.measure === "RD") return risk_difference(table, chosen);
    const one = { OR: log_odds_ratio, RR: log_risk_ratio }[chosen.measure];
    return one(corrected(table, chosen));
  }

  // ---- Common effects -----------------------------------------------------------------

  /** w-weighted mean: sum(w y) / sum(w), with standard error 1 / sqrt(sum(w)). */
  function mean(effect, weights) {
    const total = sum(weights);
    return { effect: dot(weights, effect) / total, se: 1 / Math.sqrt(total), weights };
  }

  /** Mantel-Haenszel common effect of the studies in use. */
  function common_effect(tables, use, chosen) {
    const entered = chosen.measure === "RD" ? tables : tables.map((table) => corrected(table, chosen));
    const share = entered.map(({ a, b, c, d }, i) => (use[i] ? 1 / (a + b + c + d) : 0));
    return { OR: mh_log_odds_ratio, RR: mh_log_risk_ratio, RD: mh_risk_difference }[chosen.measure](
      entered, share, chosen);
  }

  /** sum(ad/N) / sum(bc/N), with the standard error of Robins, Breslow and Greenland. */
  function mh_log_odds_ratio(tables, share) {
    const each = (term) => tables.map((table, i) => term(table) * share[i]);
    const [r, s] = [each(({ a, d }) => a * d), each(({ b, c }) => b * c)];
    const [p, q] = [each(({ a, d }) => a + d), each(({ b, c }) => b + c)];
    const [R, S] = [sum(r), sum(s)];
    const variance = (dot(p, r) / R ** 2 + (dot(p, s) + dot(q, r)) / (R * S) + dot(q, s) / S ** 2) / 2;
    return { effect: Math.log(R / S), se: Math.sqrt(variance), weights: s };
  }

  /** sum(a n2/N) / sum(c n1/N), with the standard error of Greenland and Robins. */
  function mh_log_risk_ratio(tables, share) {
    const r = tables.map(({ a, c, d }, i) => a * (c + d) * share[i]);
    const s = tables.map(({ a, b, c }, i) => c * (a + b) * share[i]);
    // n1 n2 (a + c) - a c N, without its cancellation.
    const spread = tables.map(({ a, b, c, d }, i) => (a * (a + b) * d + c * (c + d) * b) * share[i] ** 2);
    const [R, S] = [sum(r), sum(s)];
    return { effect: Math.log(R / S), se: Math.sqrt(sum(spread) / (R * S)), weights: s };
  }

  /** The mean of a/n1 - c/n2 with weights n1 n2/N; a variance that would be 0 is corrected. */
  function mh_risk_difference(tables, share, chosen) {
    const weights = tables.map(({ a, b, c, d }, i) => (a + b) * (c + d) * share[i]);
    const differences = tables.map(({ a, b, c, d }, i) => (a * (c + d) - c * (a + b)) * share[i]);
    const total = sum(weights);
    const error = (rule) => Math.sqrt(sum(tables.map((table, i) => (weights[i] > 0
      ? weights[i] ** 2 * risk_difference(table, rule).variance : 0)))) / total;
    const raw = error({ zero_cells: "none" });
    return { effect: sum(differences) / total, se: raw > 0 ? raw : error(chosen), weights };
  }

  // ---- Heterogeneity ------------------------------------------------------------------

  /** Q = sum(w (y - center)^2). */
  const cochran_q = (effect, weights, center) =>
    sum(effect.map((y, i) => weights[i] * (y - center) * (y - center)));

  /** S1 - S2/S1 of the weights, as the products of all pairs: nothing cancels. */
  function spread_of(weights) {
    let [before, pairs] = [0, 0];
    for (const w of weights) {
      pairs += before * w;
      before += w;
    }
    return (2 * pairs) / (before > 0 ? before : 1);
  }

  /** tau2 = max(0, (Q - df) / (S1 - S2/S1)). */
  function dersimonian_laird(q, df, weights) {
    const spread = spread_of(weights);
    return df > 0 && spread > 0 ? Math.max(q - df, 0) / spread : 0;
  }

  /** I2 = max(0, (Q - df) / Q), in percent. */
  const i_squared = (q, df) => (df > 0 ? (100 * Math.max(q - df, 0)) / (q > 0 ? q : 1) : NaN);

  /** I2 = tau2 / (tau2 + s2), in percent: s2 = (k - 1) / (S1 - S2/S1), the typical variance. */
  const i_squared_of_tau2 = (tau2, df, weights) =>
    (df > 0 ? (100 * tau2) / (tau2 + df / spread_of(weights)) : NaN);

  // ---- The between-study variance: other estimators, and its interval -----------------

  /** Effects and variances {y, v} of the studies in use. */
  const sample_of = (effect, variance, use) => (
    { y: effect.filter((_, i) => use[i]), v: variance.filter((_, i) => use[i]) });

  const weights_at = ({ v }, tau2) => v.map((variance) => 1 / (variance + tau2));

  /** Squared deviations from the mean with these weights. */
  function squares(y, w) {
    const center = dot(w, y) / sum(w);
    return y.map((value) => (value - center) * (value - center));
  }

  /** Generalized Q: it falls as tau2 grows. */
  function q_at(sample, tau2) {
    const w = weights_at(sample, tau2);
    return dot(w, squares(sample.y, w));
  }

  const scatter = ({ y }) => sum(squares(y, y.map(() => 1)));

  /** The tau2 at which Q equals a target; 0 if it is below it at 0. */
  const profile = (sample, target) =>
    // Q(tau2) is at most scatter / tau2: beyond this it is below the target.
    bisect((tau2) => q_at(sample, tau2) - target, 0, scatter(sample) / (target > 0 ? target : 1));

  /** Twice the profile log-likelihood, without its constant. */
  function log_likelihood(sample, tau2, restricted) {
    const height = -sum(sample.v.map((v) => Math.log(v + tau2))) - q_at(sample, tau2);
    return restricted ? height - Math.log(sum(weights_at(sample, tau2))) : height;
  }

  /** Twice its derivative. */
  function score(sample, tau2, restricted) {
    const w = weights_at(sample, tau2);
    const slope = dot(w.map((x) => x * x), squares(sample.y, w)) - sum(w);
    return restricted ? slope + dot(w, w) / sum(w) : slope;
  }

  /** The highest of a ladder of values, then the summit beside it: there can be two summits. */
  function most_likely(sample, restricted) {
    const top = (Math.max(...sample.y) - Math.min(...sample.y)) ** 2;
    const ladder = [0, ...Array.from({ length: 25 }, (_, i) => top * 2 ** (i - 24))];
    const heights = ladder.map((tau2) => log_likelihood(sample, tau2, restricted));
    const best = heights.indexOf(Math.max(...heights));
    const [low, high] = [ladder[Math.max(best - 1, 0)], ladder[Math.min(best + 1, 25)]];
    return bisect((tau2) => score(sample, tau2, restricted), low, high);
  }

  const paule_mandel = (sample) => profile(sample, sample.y.length - 1);

  const ESTIMATORS = {
    PM: paule_mandel,
    EB: paule_mandel,
    REML: (sample) => most_likely(sample, true),
    ML: (sample) => most_likely(sample, false),
    HE: (sample) => Math.max(scatter(sample) / (sample.y.length - 1) - sum(sample.v) / sample.v.length, 0),
    SJ(sample) {
      const start = scatter(sample) / sample.y.length;
      return (start * q_at(sample, start)) / (sample.y.length - 1);
    },
    HS: (sample) => Math.max(q_at(sample, 0) - sample.y.length, 0) / sum(weights_at(sample, 0)),
  };

  const NO_LIMITS = { lower: NaN, upper: NaN };

  /** The values of tau2 at which Q meets the upper and the lower chi-square quantile. */
  function q_profile(sample, level) {
    const df = sample.y.length - 1;
    if (df < 1) return NO_LIMITS;
    const tail = (1 - level) / 2;
    const at = (p) => profile(sample, chi_square_quantile(p, df));
    // Studies that agree better than any tau2 explains leave the set empty.
    if (q_at(sample, 0) < chi_square_quantile(1 - tail, df)) return NO_LIMITS;
    return { lower: at(tail), upper: at(1 - tail) };
  }

  // ---- Intervals ----------------------------------------------------------------------

  /** effect -+ quantile se; with t where df is given, else with z. */
  function t_interval(effect, se, df, level) {
    const tail = (1 - level) / 2;
    const half = (Number.isNaN(df) ? normal_quantile(tail) : t_quantile(tail, df)) * se;
    return { lower: effect - half, upper: effect + half };
  }

  /** Two-sided p of t where df is given, else of z. */
  const p_value = (statistic, df) =>
    2 * (Number.isNaN(df) ? normal_tail(Math.abs(statistic)) : t_tail(Math.abs(statistic), df));

  /** sqrt(q / sum(w)) with q = sum(w (y - mean)^2) / (k - 1); truncated: q is at least 1. */
  function hksj_standard_error(effect, { effect: center, weights }, truncated) {
    const df = weights.filter((w) => w > 0).length - 1;
    const q = cochran_q(effect, weights, center) / df;
    // Equal effects leave a spread that is rounding alone.
    const apart = effect.some((y, i) => weights[i] > 0 && Math.abs(y - center) / (1 + Math.abs(y)) > 1e-13);
    return Math.sqrt((truncated ? Math.max(q, 1) : apart ? q : NaN) / sum(weights));
  }

  /** effect -+ t sqrt(tau2 + se^2), for the true effect of a new study. */
  function prediction(effect, se, tau2, df, level) {
    if (!(df >= 1)) return NO_LIMITS;
    return t_interval(effect, Math.sqrt(tau2 + se * se), df, level);
  }

  // ---- The exact conditional odds ratio -----------------------------------------------

  const TIE = 1 + 1e-7; // probabilities that agree to this are equal, but for rounding
  const SMALLEST = 1e-300; // below it a probability is taken as 0
  const LARGEST = 1e7; // more possible values of the free cell are no table of a study

  /** Fisher's law of a given the margins: logarithms of P(first), P(first + 1), ... */
  function law_of({ a, b, c, d }) {
    const first = Math.max(0, a - d);
    const log = new Float64Array(Math.min(a + b, a + c) - first + 1);
    for (let i = 1, s = first; i < log.length; i++, s++)
      log[i] = log[i - 1] + Math.log((a + b - s) * (a + c - s)) - Math.log((s + 1) * (d - a + s + 1));
    return { first, log };
  }

  const last = ({ first, log }) => first + log.length - 1;

  /** Probabilities when the log odds ratio grows by theta. */
  function tilted({ log }, theta) {
    const p = new Float64Array(log.length);
    let [top, total] = [-Infinity, 0];
    for (let i = 0; i < p.length; i++) top = Math.max(top, p[i] = log[i] + theta * i);
    for (let i = 0; i < p.length; i++) total += p[i] = Math.exp(p[i] - top);
    for (let i = 0; i < p.length; i++) p[i] /= total;
    return p;
  }

  /** Mean and variance of a law whose log odds ratio grows by theta. */
  function moments(law, theta) {
    const p = tilted(law, theta);
    let [mean, square] = [0, 0];
    for (let i = 0; i < p.length; i++) mean += p[i] * i;
    for (let i = 0; i < p.length; i++) square += p[i] * (i - mean) ** 2;
    return { mean: law.first + mean, variance: square };
  }

  /** Without the ends that are 0 for every purpose. */
  function trimmed(first, p) {
    const start = p.findIndex((x) => x > SMALLEST);
    let end = p.length;
    while (!(p[end - 1] > SMALLEST)) end--;
    return { first: first + start, p: p.subarray(start, end) };
  }

  function convolved(p, q) {
    const made = new Float64Array(p.length + q.length - 1);
    for (let i = 0; i < p.length; i++) for (let j = 0; j < q.length; j++) made[i + j] += p[i] * q[j];
    return made;
  }

  /** The law of the sum over studies when each log odds ratio is theta. */
  function law_of_sum(laws, theta) {
    const { first, p } = laws.reduce((so_far, law) => {
      const own = trimmed(law.first, tilted(law, theta));
      return trimmed(so_far.first + own.first, convolved(so_far.p, own.p));
    }, { first: 0, p: Float64Array.of(1) });
    return { first, log: p.map(Math.log) };
  }

  /** Two-sided p of an odds ratio of 1: all that is no more likely than what was observed. */
  function fisher_p(law, observed) {
    if (observed < law.first || observed > last(law)) return 0;
    const p = tilted(law, 0);
    return Math.min(1, sum(p.filter((x) => x <= p[observed - law.first] * TIE)));
  }

  /** The theta at which the expected sum is what was aimed at: Newton's steps between two ends. */
  function meeting(laws, aim) {
    let [theta, low, high] = [0, -Infinity, Infinity];
    for (let i = 0; i < 200; i++) {
      const each = laws.map((law) => moments(law, theta));
      const short = aim - sum(each.map(({ mean }) => mean));
      if (short > 0) low = theta;
      else high = theta;
      const step = Math.min(Math.max(short / sum(each.map(({ variance }) => variance)), -2), 2);
      if (Math.abs(step) < 1e-12 * (1 + Math.abs(theta))) return theta;
      const next = theta + step;
      theta = low < next && next < high ? next : (low + high) / 2;
      if (!(high - low > 1e-15 * (1 + Math.abs(theta)))) return theta;
    }
    return theta;
  }

  /**
   * The growth of theta at which the tail at and beyond `observed`, above (side 1) or below it
   * (-1), is what is left. Its logarithm is concave, because the law is log-concave: Newton's
   * steps overshoot once at most.
   */
  function limit(law, observed, side, left) {
    const at = observed - law.first;
    let x = 0;
    for (let i = 0; i < 200; i++) {
      const p = tilted(law, x);
      let [tail, inside, whole] = [0, 0, 0];
      for (let j = 0; j < p.length; j++) {
        whole += p[j] * j;
        if ((j - at) * side < 0) continue;
        tail += p[j];
        inside += p[j] * j;
      }
      const step = Math.min(Math.max(Math.log(left / tail) / (inside / tail - whole), -50), 50);
      x += step;
      if (Math.abs(step) < 1e-11 * (1 + Math.abs(x))) break;
    }
    return x;
  }

  /**
   * Conditional maximum-likelihood odds ratio common to all studies, its exact interval and p.
   * P(s) is proportional to C(n1, s) C(n2, m - s) psi^s in each study; the estimate makes the
   * sum of the expected s equal to that observed; each limit leaves half of what level leaves.
   */
  function exact_odds_ratio(tables, level) {
    const size = sum(tables.map(({ a, b, c, d }) => Math.min(a + b, a + c) - Math.max(0, a - d)));
    refuse(size <= LARGEST, `the margins allow ${size} tables, which is too many for an exact method; `
      + "use Mantel-Haenszel");
    const laws = tables.map(law_of);
    const observed = sum(tables.map(({ a }) => a));
    const [least, most] = [sum(laws.map(({ first }) => first)), sum(laws.map(last))];
    const p = fisher_p(law_of_sum(laws, 0), observed);
    if (least === most) return { estimate: NaN, lower: 0, upper: Infinity, p };
    // An estimate of 0 or infinity has one limit, and that is near this theta.
    const near = Math.min(Math.max(observed, least + 0.5), most - 0.5);
    const theta = meeting(laws, near);
    const [law, tail] = [law_of_sum(laws, theta), (1 - level) / 2];
    return {
      estimate: observed === least ? 0 : observed === most ? Infinity : Math.exp(theta),
      lower: observed > least ? Math.exp(theta + limit(law, observed, 1, tail)) : 0,
      upper: observed < most ? Math.exp(theta + limit(law, observed, -1, tail)) : Infinity,
      p,
    };
  }

  // ---- Pooling ------------------------------------------------------------------------

  const UNDEFINED = { q: NaN, q_df: NaN, tau2: NaN, df: NaN, i2_tau2: NaN, tau2_lower: NaN, tau2_upper: NaN };

  /** Everything but the exact odds ratio: the numbers on the scale that studies are pooled on. */
  function approximate(tables, chosen) {
    const { random, center, method, interval, level } = chosen;
    const use = tables.map((table) => estimable(table, chosen.measure));
    const own = tables.map((table) => study_effect(table, chosen));
    // A zero cell that nothing was added to makes v infinite (OR, RR) or 0 (RD).
    const has_effect = own.map(({ variance: v }, i) => use[i] && v > 0 && v < Infinity);
    const effect = own.map((one, i) => (has_effect[i] ? one.effect : 0));
    const precision = own.map(({ variance }, i) => (has_effect[i] ? 1 / variance : 0));

    let common = mean(effect, precision);
    let included = has_effect;
    const mantel_haenszel = center === "MH" || method === "MH" ? common_effect(tables, use, chosen) : null;
    const q_df = Math.max(has_effect.filter(Boolean).length - 1, 0);
    const q = q_df > 0 ? cochran_q(effect, precision, (center === "MH" ? mantel_haenszel : common).effect) : 0;
    const between = {};
    if (random) {
      const sample = sample_of(effect, own.map(({ variance }) => variance), has_effect);
      between.tau2 = q_df === 0 ? 0
        : chosen.tau2 === "DL" ? dersimonian_laird(q, q_df, precision) : ESTIMATORS[chosen.tau2](sample);
      between.i2_tau2 = i_squared_of_tau2(between.tau2, q_df, precision);
      const limits = q_profile(sample, level);
      [between.tau2_lower, between.tau2_upper] = [limits.lower, limits.upper];
      common = mean(effect, precision.map((w) => w / (1 + w * between.tau2)));
    } else if (method === "MH") [common, included] = [mantel_haenszel, use];
    // One study has no spread to estimate a standard error from: its own stands.
    const adjusted = interval !== "wald" && q_df > 0;
    const se = adjusted ? hksj_standard_error(effect, common, interval === "hksj-truncated") : common.se;
    const known = Number.isFinite(common.effect) && common.se > 0 && common.se < Infinity;
    const k = included.filter(Boolean).length;
    const found = { effect: common.effect, se, df: adjusted ? q_df : NaN };
    return {
      k, included, own, has_effect, weights: common.weights,
      ...UNDEFINED, ...(k > 0 ? { q, q_df, ...between } : {}),
      ...(known ? found : { effect: NaN, se: NaN }),
    };
  }

  /** The exact conditional odds ratio: no standard error, weights or Q; studies are as they are. */
  function exact(tables, chosen) {
    const included = tables.map((table) => estimable(table, "OR"));
    const own = tables.map(log_odds_ratio);
    const has_effect = own.map(({ variance: v }, i) => included[i] && v < Infinity);
    const k = included.filter(Boolean).length;
    const { estimate, lower, upper, p } = exact_odds_ratio(tables, chosen.level);
    const found = { effect: Math.log(estimate), limits: { lower: Math.log(lower), upper: Math.log(upper) }, p };
    const none = { effect: NaN, limits: NO_LIMITS, p: NaN };
    return { k, included, own, has_effect, weights: tables.map(() => NaN), se: NaN,
      ...UNDEFINED, ...(k > 0 ? found : none) };
  }

  /** From the scale that studies are pooled on to the natural one. */
  const natural = (effect, measure) => (measure === "RD" ? effect : Math.exp(effect));

  /** What is undefined is null, as in JSON. */
  const plain = (value) => (typeof value === "number" && !Number.isFinite(value) ? null : value);
  const plain_record = (record) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plain(value)]));

  function study_names(study, k) {
    const names = study ?? Array.from({ length: k }, (_, i) => `Study ${i + 1}`);
    refuse(names.length === k, `${names.length} study names for ${k} studies`);
    return names;
  }

  /**
   * Pool 2x2 tables; without choices by RevMan 5's "M-H, Random" on the odds ratio.
   *
   * y and v of each study by the measure and the zero-cell rule; Q = sum((y - center)^2 / v);
   * tau2; w = 1 / (v + tau2); effect = sum(w y) / sum(w); se = 1 / sqrt(sum(w)).
   *
   * @param {{events_treatment: number[], n_treatment: number[], events_control: number[],
   *   n_control: number[], study?: string[]}} counts whole numbers with 0 <= events <= n
   * @param {object} [choices] measure, model, method, tau2, q_center, interval, zero_cells,
   *   increment, level, prediction_df: those of the command line
   * @returns {object} what `python -m twobytwo pool --json` prints; null where undefined
   * @throws {Error} where choices exclude each other, or counts are none
   */
  function pool(counts, choices = {}) {
    const chosen = options(choices);
    const { measure, level } = chosen;
    const tables = cells(counts);
    const study = study_names(counts.study, tables.length);
    const found = chosen.method === "exact" ? exact(tables, chosen) : approximate(tables, chosen);
    const { k, effect, se, df, tau2, q, q_df } = found;
    const statistic = effect / se;
    const limits = found.limits ?? t_interval(effect, se, df, level);
    const new_df = chosen.random ? k - Number(chosen.prediction_df.slice(2)) : NaN;
    const predicted = prediction(effect, se, tau2, new_df, level);
    const on_scale = (x) => natural(x, measure);
    return plain_record({
      measure, model: chosen.model, method: chosen.method,
      tau2_method: chosen.random ? chosen.tau2 : null, interval: chosen.method === "exact" ? "exact" : chosen.interval, level, k,
      estimate: on_scale(effect), ci_lower: on_scale(limits.lower), ci_upper: on_scale(limits.upper),
      effect, se, statistic, df, p_value: found.p ?? p_value(statistic, df),
      tau2, q, q_df, q_p_value: q_df > 0 ? chi_square_tail(q, q_df) : NaN,
      i2: i_squared(q, q_df), h2: q_df > 0 ? q / q_df : NaN,
      prediction_lower: on_scale(predicted.lower), prediction_upper: on_scale(predicted.upper),
      i2_tau2: found.i2_tau2, tau2_lower: found.tau2_lower, tau2_upper: found.tau2_upper,
      method_sentence: method_sentence({ chosen, tables, study, ...found }),
      studies: studies(tables, study, found, chosen),
    });
  }

  /** One record per study, in the order given: its counts, effect, interval and share. */
  function studies(tables, study, { own, has_effect, included, weights }, { measure, level }) {
    const total = sum(weights);
    const z = normal_quantile((1 - level) / 2);
    return tables.map(({ a, b, c, d }, i) => {
      const { effect, variance } = has_effect[i] ? own[i] : { effect: NaN, variance: NaN };
      const half = z * Math.sqrt(variance);
      return plain_record({
        study: study[i], events_treatment: a, n_treatment: a + b, events_control: c, n_control: c + d,
        estimate: natural(effect, measure),
        ci_lower: natural(effect - half, measure), ci_upper: natural(effect + half, measure),
        weight: included[i] ? (100 * weights[i]) / (total > 0 ? total : 1) : NaN, included: included[i],
      });
    });
  }

  // ---- The method in words ------------------------------------------------------------

  const MEASURES = { OR: "odds ratios", RR: "risk ratios", RD: "risk differences" };
  const AN = { OR: "an odds ratio", RR: "a risk ratio", RD: "a risk difference" };
  const CENTERS = { MH: "the Mantel-Haenszel estimate", IV: "the inverse-variance mean" };
  const BY = { MH: "Mantel-Haenszel method", IV: "inverse-variance method", Peto: "Peto method" };
  const ESTIMATOR_NAMES = {
    DL: "DerSimonian-Laird", PM: "Paule-Mandel", REML: "restricted maximum likelihood",
    ML: "maximum likelihood", HE: "Hedges", SJ: "Sidik-Jonkman",
    EB: "empirical Bayes, which is Paule-Mandel", HS: "Hunter-Schmidt",
  };

  /** At most six digits, as Python's "g" prints. */
  const short = (value) => String(Number(value.toPrecision(6)));

  /** Names as a list in words; of more than six the first five. */
  function listed(names, last = "and") {
    const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
    const start = shown.slice(0, -1).join(", ");
    return start ? `${start} ${last} ${shown.at(-1)}` : shown.join("");
  }

  /** How the result came about: pooling, interval, zero-cell rule, studies left out. */
  const method_sentence = (result) =>
    [pooling(result), interval_words(result), zero_cells_words(result), left_out(result)].filter(Boolean).join(" ");

  function pooling({ chosen, k, effect, included, study }) {
    const measure = MEASURES[chosen.measure];
    if (k === 0) return `Nothing was pooled: no study has ${AN[chosen.measure]} that can be estimated.`;
    if (Number.isNaN(effect) && k === 1)
      return `The counts of one study alone do not determine its ${measure.slice(0, -1)}.`;
    if (Number.isNaN(effect)) return `The ${measure} of ${k} studies do not determine a common one.`;
    if (chosen.method === "exact")
      return `The odds ratio common to ${k} ${k === 1 ? "study" : "studies"} was estimated with a fixed effect `
        + "by conditional maximum likelihood, with its exact interval: nothing was added to any cell. "
        + "It has no standard error, weights or Q.";
    if (k === 1)
      return `One study (${study[included.indexOf(true)]}) informs the ${measure.slice(0, -1)}: the result is that study's own${
        chosen.method === "Peto" ? " by the Peto method" : ""}.`;
    const start = `The ${measure} of ${k} studies were pooled`;
    if (!chosen.random) {
      const error = chosen.measure === "OR" ? "Robins, Breslow and Greenland" : "Greenland and Robins";
      return `${start} with a fixed effect by the ${BY[chosen.method]}`
        + (chosen.method === "MH" ? ` (standard error of ${error})` : "")
        + (chosen.center === chosen.method ? "." : `, with Q about ${CENTERS[chosen.center]}.`);
    }
    return `${start} with random effects: each study is weighted by the inverse of its variance `
      + `plus τ² (${ESTIMATOR_NAMES[chosen.tau2]}), with Q about ${CENTERS[chosen.center]}.`
      + (chosen.center === "MH" ? " Mantel-Haenszel enters nowhere else: not in the weights, not in the pooled "
        + `${measure.slice(0, -1)}.` : "");
  }

  function interval_words({ chosen, k, effect, se, df }) {
    if (k === 0 || Number.isNaN(effect) || chosen.method === "exact") return "";
    const hksj = "that of Hartung, Knapp, Sidik and Jonkman";
    if (Number.isNaN(se))
      return `The interval of${hksj.slice(7)} is undefined, because the effects are equal: choose hksj-truncated.`;
    const kind = Number.isNaN(df) ? "a Wald interval with the normal quantile" : `${hksj}, with t on ${df} df`;
    const floor = chosen.interval === "hksj-truncated" && !Number.isNaN(df)
      ? " and a standard error never below the Wald one" : "";
    return `The ${short(100 * chosen.level)} % interval is ${kind}${floor}.`;
  }

  function zero_cells_words({ chosen, tables, study, included }) {
    const { measure, method, zero_cells } = chosen;
    if (method === "Peto" || method === "exact") return "";
    const amount = short(chosen.increment);
    const named = (test) => study.filter((_, i) => included[i] && test(tables[i]));
    if (measure === "RD") {
      const touched = named(({ a, b, c, d }) => a * b === 0 && c * d === 0);
      const own = !chosen.random && method === "MH" && touched.length < included.filter(Boolean).length;
      return zero_cells === "none" || !touched.length ? ""
        : `${amount} was added to all four cells in the standard error, not the estimate, of ${listed(touched)}, `
          + `where it would have been 0${own ? ", but not in that of the pooled result" : ""}.`;
    }
    if (zero_cells === "all") return `${amount} was added to all four cells of every study.`;
    const zero = named(has_zero_cell);
    if (!zero.length) return "";
    return zero_cells === "none" ? `Nothing was added to the zero cells of ${listed(zero)}.`
      : `${amount} was added to all four cells of ${listed(zero)}, for a zero cell.`;
  }

  function left_out({ chosen, tables, study, included }) {
    const left = (test, why) => {
      const names = study.filter((_, i) => test(tables[i], i));
      const one = names.length === 1;
      return names.length ? `${listed(names)} ${why(one ? "was" : "were", one ? "its" : "their")}.` : "";
    };
    const silent = (table) => !estimable(table, chosen.measure) && !is_absent(table);
    const mean_only = chosen.center === "MH" && chosen.random
      ? " of the mean, though not of the Mantel-Haenszel estimate" : "";
    return [
      left(is_absent, (were) => `had no patients in an arm and ${were} left out`),
      left(silent, (were) => `had no events in either arm, or only events, and ${were} left out`),
      left((table, i) => !included[i] && !silent(table) && !is_absent(table),
        (were, their) => `had ${chosen.measure === "RD" ? "a standard error of 0, so no weight"
          : `a zero cell, so no effect of ${their} own`}, and ${were} left out${mean_only}`),
    ].filter(Boolean).join(" ");
  }

  // ---- Which analysis leads, and whether it may claim a direction ------------------------

  const FEW = 15; // events that the smaller arm would have: below this they are few
  const SMALL = 5; // patients in a cell: below this it is small
  const SHARE = 0.2; // of the weight in studies with a small cell: above it inverse variance does not lead

  // The choices of each analysis that may lead.
  const LEADING = {
    IV: { method: "IV", tau2: "REML", interval: "hksj-truncated" },
    MH: { model: "fixed", method: "MH", zero_cells: "none" },
    exact: { method: "exact" },
  };

  /** The same for a measure: a risk difference is never corrected, but a standard error of 0 is. */
  const leading_choices = (method, measure) =>
    ({ measure, ...LEADING[method], ...(measure === "RD" ? { zero_cells: "affected" } : {}) });

  /**
   * The analysis that a report leads with: `method` is a key of LEADING, or "none"; `reason`
   * one of Python's `leading.REASONS`. Thresholds and their reasons stand there.
   */
  function leading(counts, measure = "OR") {
    const tables = cells(counts);
    const use = tables.filter((table) => estimable(table, "OR"));
    const [a, b, c, d] = ["a", "b", "c", "d"].map((cell) => sum(use.map((table) => table[cell])));
    const [n1, n2] = [a + b, c + d];
    const expected = (Math.min(a + c, b + d) * Math.min(n1, n2)) / (n1 + n2);
    const rule = { zero_cells: "affected", increment: 0.5 };
    const weights = use.map((table) => 1 / log_odds_ratio(corrected(table, rule)).variance);
    const small = use.map((table) => Number(Math.min(table.a, table.b, table.c, table.d) < SMALL));
    const empty = Math.min(a, b, c, d) === 0;
    const informs = tables.some((table) => estimable(table, measure));
    const is_or = measure === "OR";
    if (!informs || (!use.length && measure !== "RD")) return { method: "none", reason: "nothing to pool" };
    if (empty && measure === "RR") return { method: "none", reason: "one arm without an event" };
    if (!(expected >= FEW)) return { method: is_or ? "exact" : "MH", reason: "few events" };
    if (empty && is_or) return { method: "exact", reason: "one arm without an event" };
    return dot(weights, small) / sum(weights) > SHARE ? { method: "MH", reason: "small cells" }
      : { method: "IV", reason: "ordinary" };
  }

  /** Standard error of the Mantel-Haenszel effect by the jackknife over studies. */
  function spread_standard_error(tables, measure) {
    const use = tables.filter((table) => estimable(table, measure));
    const terms = use.map(({ a, b, c, d }) => {
      const [n1, n2] = [a + b, c + d];
      const pair = { OR: [a * d, b * c], RR: [a * n2, c * n1], RD: [a * n2 - c * n1, n1 * n2] }[measure];
      return pair.map((x) => x / (n1 + n2));
    });
    const total = sum(terms.map(([, s]) => s));
    const ratio = sum(terms.map(([r]) => r)) / total;
    const pull = terms.map(([r, s]) => (r - ratio * s) / (total - s));
    const se = Math.sqrt(((use.length - 1) / use.length) * dot(pull, pull));
    return measure === "RD" ? se : se / ratio;
  }

  /**
   * The leading analysis and the direction it may claim: -1 fewer events with treatment, 1 more,
   * 0 none; `because` is one of Python's `leading.BECAUSE`. Python also asks the likelihood of
   * the counts before it claims a direction of odds ratios where Mantel-Haenszel leads; it can
   * only forbid. That is not here: `unasked` says where it would be asked.
   */
  function conclusion(counts, measure = "OR", level = 0.95) {
    const { method, reason } = leading(counts, measure);
    if (method === "none") return { method, reason, result: null, direction: 0, because: "nothing to pool", unasked: false };
    const tables = cells(counts);
    const by = (name) => pool(counts, { level, ...leading_choices(name, measure) });
    const [inverse, common] = [by("IV"), by("MH")];
    const result = { IV: inverse, MH: common }[method] ?? by("exact");
    const on_scale = (x) => (x === null ? NaN : measure === "RD" ? x : Math.log(x));
    const apart = ({ lower, upper }) => lower > 0 || upper < 0;
    const limits_of = (one) => ({ lower: on_scale(one.ci_lower), upper: on_scale(one.ci_upper) });
    const k = tables.filter((table) => estimable(table, measure)).length;
    // An infinite estimate is null, and has a lower limit.
    const effect = result.estimate === null && result.ci_lower !== null ? Infinity : on_scale(result.estimate);
    const by_spread = t_interval(common.effect ?? NaN, spread_standard_error(tables, measure), Math.max(k - 1, 1), level);
    const alone = reason === "one arm without an event"; // Mantel-Haenszel has no interval then
    const side = Math.sign(effect);
    const against = [
      ["nothing to pool", Number.isNaN(effect)],
      ["two studies", k <= 2],
      ["few events", reason === "few events"],
      ["interval", !apart(limits_of(result))],
      ["weights", !alone && !apart(limits_of(common))],
      ["spread", !alone && !apart(by_spread)],
      ["methods", [inverse, common].some((one) => one.estimate !== null && Math.sign(on_scale(one.estimate)) === -side)],
      ["correction", method !== "IV" && measure !== "RD" && !apart(limits_of(inverse))
        && tables.some((table) => estimable(table, measure) && has_zero_cell(table))],
      ["prediction", method === "IV" && inverse.tau2 > 0
        && !apart({ lower: on_scale(inverse.prediction_lower), upper: on_scale(inverse.prediction_upper) })],
    ];
    const because = against.find(([, speaks]) => speaks)?.[0] ?? "claimed";
    return { method, reason, result, direction: because === "claimed" ? side : 0, because,
      unasked: because === "claimed" && method === "MH" && measure === "OR" };
  }

  // ---- What a result means ------------------------------------------------------------

  /** Risk under treatment: OR p / (1 - p + OR p), p RR or p + RD, kept within 0 and 1. */
  function risk_with(effect, control_risk, measure) {
    if (measure === "OR") return (effect * control_risk) / (1 - control_risk + effect * control_risk);
    const risk = measure === "RR" ? control_risk * effect : control_risk + effect;
    return Math.min(Math.max(risk, 0), 1);
  }

  /** Events among all control patients of all studies, as one proportion. */
  const crude_control_risk = ({ studies: each }) =>
    sum(each.map((one) => one.events_control)) / sum(each.map((one) => one.n_control));

  /** Events in 1,000 patients: without the treatment, and with it by the estimate and each limit. */
  function per_thousand(result, control_risk = crude_control_risk(result)) {
    const at = (effect) => 1000 * risk_with(effect, control_risk, result.measure);
    return { control: 1000 * control_risk, treatment: at(result.estimate),
      lower: at(result.ci_lower), upper: at(result.ci_upper) };
  }

  /** The same analysis k times, each time without one study. */
  function leave_one_out(counts, choices) {
    const without = (i) => Object.fromEntries(
      Object.entries(counts).map(([name, column]) => [name, column.filter((_, j) => j !== i)]));
    const study = study_names(counts.study, counts.n_treatment.length);
    return study.map((name, i) => ({ omitted: name, ...pool(without(i), choices) }));
  }

  return {
    pool, leading, conclusion, leave_one_out, per_thousand, risk_with, crude_control_risk, options, CHOICES, leading_choices,
    listed, normal_tail, t_tail, chi_square_tail, normal_quantile, t_quantile, chi_square_quantile,
  };
})();
