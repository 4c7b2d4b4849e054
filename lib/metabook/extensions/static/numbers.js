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
