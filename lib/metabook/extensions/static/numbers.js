// Numbers as words: half up, as in print, and as the library's `text` and `rounding` say them.

// Half up of the shortest decimal, digit by digit: a double's own toFixed is not.
function halfUp(value, decimals) {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const kept = Number(exponent) + 1 + decimals;
  const whole = kept < 0 ? 0n : BigInt(`0${digits.slice(0, kept).padEnd(kept, "0")}`) + BigInt(digits[kept] >= "5");
  const text = whole.toString().padStart(decimals + 1, "0");
  const cut = text.length - decimals;
  return (value < 0 && whole > 0n ? "−" : "") + text.slice(0, cut) + (decimals ? `.${text.slice(cut)}` : "");
}

const number = (value, decimals = 2) => (value === null ? "–" : halfUp(value, decimals));

function pEquals(p) {
  return p < 0.001 ? "p < 0.001" : `p = ${halfUp(p, p < 0.01 ? 3 : 2)}`;
}

const withInterval = (estimate, lower, upper) =>
  (estimate === null ? "not estimable"
    : `${number(estimate)} [${lower === null && upper === null ? "undefined" : `${number(lower)}, ${number(upper)}`}]`);

const noEffect = (measure) => (measure === "RD" ? 0 : 1);
// Whether an interval excludes no effect; an undefined one does not.
const excludesNull = ({ measure, ci_lower, ci_upper }) =>
  (ci_lower ?? -Infinity) > noEffect(measure) || (ci_upper ?? Infinity) < noEffect(measure);

// As many decimals as an effect needs, if it says anything that small.
function decimalsOf(one) {
  const { measure, estimate, ci_lower, ci_upper } = one;
  const [size, ...limits] = [estimate, ci_lower ?? NaN, ci_upper ?? Infinity].map(Math.abs);
  const excludes = excludesNull(one);
  if (!excludes && !(Math.max(...limits) < 0.05)) return 2;
  const own = size > 0 && size < 0.005 ? 1 - Math.floor(Math.log10(size)) : 2;
  if (measure !== "RD") return size < 0.5 / 10 ** Math.min(own, 5) ? 2 : Math.min(own, 5);
  if (!excludes) return Math.min(own, 5);
  return Math.min(12, Math.max(own, ...limits.map((x) => (x > 0 && x < 0.005 ? -Math.floor(Math.log10(x)) : 2))));
}

// One number of an effect: beyond 1,000, or below what shows, a ratio is told by its bound.
function effectNumber(value, measure, decimals) {
  if (measure !== "RD" && value === Infinity) return "∞";
  if (measure !== "RD" && value > 1000) return "> 1,000";
  if (measure !== "RD" && value > 0 && value < Math.min(0.001, 0.5 / 10 ** decimals))
    return `< ${halfUp(Math.min(0.001, 10 ** -decimals), Math.max(3, decimals))}`;
  // A ratio of whole numbers that ends in a half does so up to the last digits of a double.
  return number(value === null ? null : Number(value.toPrecision(14)), decimals);
}

// An effect with its interval as the library prints it. What is infinite is null, beside a limit.
function effectText(one, decimals = decimalsOf(one)) {
  const { measure, estimate, ci_lower, ci_upper } = one;
  if (estimate === null && ci_lower === null) return "not estimable";
  const [middle, low, high] = [estimate ?? Infinity, ci_lower, ci_lower === null ? null : ci_upper ?? Infinity]
    .map((value) => effectNumber(value, measure, decimals));
  return `${middle} [${ci_lower === null ? "undefined" : `${low}, ${high}`}]`;
}

// The prediction interval in brackets; empty where it is undefined.
function predictionText({ measure, estimate, prediction_lower: ci_lower, prediction_upper: ci_upper }) {
  return ci_lower === null ? "" : effectText({ measure, estimate, ci_lower, ci_upper }).match(/\[.*/)[0];
}

// Of a study: the decimals of the pooled effect, or more where these would show nothing of it.
function studyText(study, pooled) {
  const decimals = decimalsOf(pooled);
  const one = { ...study, measure: pooled.measure };
  const lost = study.estimate && Math.abs(study.estimate) < 0.5 / 10 ** decimals;
  return effectText(one, lost ? Math.max(decimals, decimalsOf(one)) : decimals);
}

function moreOrFewer(difference) {
  if (difference === 0) return "no more or fewer";
  return `${Math.abs(difference)} ${difference > 0 ? "more" : "fewer"}`;
}

// Events in 1,000 patients; differences are between the rounded numbers, so that they add up.
function perThousandWords(events) {
  const [without, ...others] = [events.control, events.treatment, events.lower, events.upper]
    .map((n) => Number(halfUp(n, 0)));
  const [difference, lower, upper] = others.map((n) => moreOrFewer(n - without));
  return { without, with: others[0], difference, interval: `${lower} to ${upper}` };
}

function heterogeneityWords({ tau2, q, q_df, q_p_value, i2 }) {
  if (!(q_df > 0)) return "not applicable to one study";
  const between = tau2 === null ? "" : `τ² = ${number(tau2)}; `;
  return `${between}Q = ${number(q)}, df = ${q_df} (${pEquals(q_p_value)}); I² = ${number(i2, 0)} %`;
}

function overallWords({ statistic, df, p_value }) {
  return `${df === null ? "z" : `t(${df})`} = ${number(Math.abs(statistic))} (${pEquals(p_value)})`;
}
