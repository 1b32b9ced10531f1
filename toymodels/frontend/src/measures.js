// What to measure on a trained W, as toymodels/metrics.py does. W lies feature by feature: W[i * m + k].

const OPPOSITE = -0.95; // the cosine of two arrows in a pair: at most 18 degrees off a line

/** W^T W, (n, n) row by row. */
export function gramOf(W, n, m) {
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let product = 0;
      for (let k = 0; k < m; k++) product += W[i * m + k] * W[j * m + k];
      gram[i * n + j] = gram[j * n + i] = product;
    }
  }
  return gram;
}

/** {gram, norms, interference, dimensionality}, and of the features kept {kept, pairs}. */
export function measure(W, n, m) {
  const gram = gramOf(W, n, m);
  const norms = new Float64Array(n);
  const interference = new Float64Array(n);
  const dimensionality = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = gram[i * n + i];
    let all = 0;
    for (let j = 0; j < n; j++) all += gram[i * n + j] ** 2;
    norms[i] = Math.sqrt(own);
    interference[i] = own > 0 ? Math.max(0, all - own * own) / own : 0;
    dimensionality[i] = own > 0 ? (own * own) / all : 0;
  }
  const kept = [...norms.keys()].filter(i => norms[i] > 0.5);
  // Each feature is in one pair at most: with the one that is most opposite, if both are to each other
  const cosine = (i, j) => gram[i * n + j] / (norms[i] * norms[j]);
  const facing = new Map();
  for (const i of kept)
    for (const j of kept) if (j !== i && !(cosine(i, j) >= cosine(i, facing.get(i)))) facing.set(i, j);
  const pairs = [...facing].filter(([i, j]) => i < j && facing.get(j) === i && cosine(i, j) < OPPOSITE);
  return { gram, norms, interference, dimensionality, kept, pairs };
}

/** The stations of an input x, (n,): x, h, W^T h, W^T h + b, x_hat. */
export function roundTrip({ W, b }, { n, m, hiddenReLU, outputReLU }, x) {
  const h = Array.from({ length: m }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i] * W[i * m + k];
    return hiddenReLU ? Math.max(0, sum) : sum;
  });
  const back = Array.from({ length: n }, (_, i) => h.reduce((sum, v, k) => sum + v * W[i * m + k], 0));
  const shifted = back.map((v, i) => v + b[i]);
  return [x, h, back, shifted, shifted.map(v => (outputReLU ? Math.max(0, v) : v))];
}
