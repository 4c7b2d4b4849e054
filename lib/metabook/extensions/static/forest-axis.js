// The axis of a forest plot: every estimate, the pooled interval and no effect lie on it; what
// is far wider is cut, with an arrow.
function forestAxis(result) {
  const log = result.measure !== "RD";
  const [to, from] = log ? [Math.log10, (x) => 10 ** x] : [(x) => x, (x) => x];
  const none = log ? 1 : 0;
  const there = (values) => values.filter((x) => x !== null && Number.isFinite(to(x))).map(to);
  const studies = result.studies;
  const points = there([none, result.estimate, result.ci_lower, result.ci_upper, ...studies.map((row) => row.estimate)]);
  const limits = there(studies.flatMap((row) => [row.ci_lower, row.ci_upper]));
  const [least, most] = [Math.min(...points), Math.max(...points)];
  const room = Math.max(log ? 0.5 : 0.1, (most - least) / 2);
  let low = Math.max(Math.min(...points, ...limits), least - room);
  let high = Math.min(Math.max(...points, ...limits), most + room);
  // Room for "Favors ..." on either side of no effect.
  const quarter = (high - low || 1) / 3;
  [low, high] = [Math.min(low, to(none) - quarter), Math.max(high, to(none) + quarter)];
  const ticks = log ? logTicks(low, high) : linearTicks(low, high);
  return { log, null: none, low: from(low), high: from(high), ticks, labels: ticks.map((x) => String(x).replace("-", "−")) };
}

// The densest of 1-2-5, 1-3, decades and every few decades that has few enough ticks.
function logTicks(low, high) {
  const decades = Array.from({ length: 613 }, (_, i) => i - 306);
  const times = (digits, step = 1) => decades.filter((e) => e % step === 0)
    .flatMap((e) => digits.map((m) => Number(`${m}e${e}`)));
  const tries = [times([1, 2, 5]), times([1, 3]), ...[1, 2, 3, 5, 10, 20, 50, 100].map((step) => times([1], step))];
  return tries.map((ticks) => ticks.filter((x) => Math.log10(x) >= low && Math.log10(x) <= high))
    .find((ticks) => ticks.length <= 7) ?? [1];
}

function linearTicks(low, high) {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
  const step = steps.find((size) => (high - low) / size <= 6) ?? 5;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(3)));
}
