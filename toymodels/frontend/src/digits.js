// How numbers are written: with a true minus sign, and where it says so with two digits.

/** A number as it is, with a true minus sign. */
export const signed = value => `${value}`.replace("-", "\u2212");

/** A number with two digits; -0.00 is 0.00. */
export const digits = value => signed(value.toFixed(2).replace(/^-(0\.00)$/, "$1"));
