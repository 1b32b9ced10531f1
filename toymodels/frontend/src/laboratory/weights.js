// Weights as a text for an address: W feature by feature, then b, in 32 bits each, in base64 without + and /.

export const MOST_NUMBERS = 60; // in an address: a text of 320 letters
const BYTES = 4; // of a number

export const numbersOf = ({ n, m }) => n * (m + 1);

/** {W, b} as a text. */
export function textOfWeights({ W, b }) {
  const bytes = new Uint8Array(BYTES * (W.length + b.length));
  const view = new DataView(bytes.buffer);
  [...W, ...b].forEach((value, k) => {
    view.setFloat32(BYTES * k, value, true);
  });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The weights in a text for n features and m dimensions, {W, b, taken}, or null if it holds no such weights. */
export function weightsIn(text, { n, m }) {
  let letters;
  try {
    letters = atob(text.trim().replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const view = new DataView(Uint8Array.from(letters, letter => letter.charCodeAt(0)).buffer);
  const count = numbersOf({ n, m });
  if (count > MOST_NUMBERS || view.byteLength !== BYTES * count) return null;
  const numbers = Float64Array.from({ length: count }, (_, k) => view.getFloat32(BYTES * k, true));
  if (!numbers.every(Number.isFinite)) return null;
  return { W: numbers.slice(0, n * m), b: numbers.slice(n * m), taken: 0 };
}
