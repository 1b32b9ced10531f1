// The laboratory on a web page, as a plain script: pages opened as files may not import modules.
import { addressOf, fromAddress } from "./address.js";
import { laboratory } from "./view.js";

/** Puts it into an element, with a setting such as {n: 5, m: 2}; the page's address may hold another.
 *
 * Returns a function that ends it.
 */
function mount(element, given = {}) {
  const { setting, remarks } = fromAddress(location.search, given);
  return laboratory(element, setting, { remarks, takeHome: now => addressOf(now, location.href) });
}

window.toymodelsLaboratory = mount;
