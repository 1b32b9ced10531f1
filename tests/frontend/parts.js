// What the browser's tests use of the front end besides its bundles.
export { measure, roundTrip } from "../../toymodels/frontend/src/measures.js";
export * from "../../toymodels/frontend/src/laboratory/trainer.js";
export { laboratory } from "../../toymodels/frontend/src/laboratory/view.js";
export { MAPS } from "../../toymodels/frontend/src/theme.js";
