// The laboratory on a web page, as a plain script: pages opened as files may not import modules.
import { addressOf, fitsAddress, fromAddress } from "./address.js";
import { laboratory } from "./view.js";
import { MOST_NUMBERS } from "./weights.js";

let owned = false; // the address: of several on a page only the first one reads and writes it

/** What an address does not hold, in words. */
function missing(setting, weights) {
  if (!weights) return ", the setting without the weights";
  if (fitsAddress(setting)) return ", with the weights that were moved by hand";
  return `, the setting without the weights: there are more than ${MOST_NUMBERS} numbers, too many for an address`;
}

/** Puts it into an element, with a setting such as {n: 5, m: 2}; the page's address may hold another.
 *
 * Returns a function that ends it.
 */
function mount(element, given = {}) {
  const mine = !owned;
  owned = true;
  const { setting, weights, hide, remarks } = fromAddress(mine ? location.search : "", given);
  const address = (now, moved) => addressOf(now, location.href, { weights: moved, hide });
  let last = address(setting, weights);
  const rest = (now, moved) => {
    const text = address(now, moved);
    if (!mine || text === last) return;
    last = text;
    try {
      history.replaceState(history.state, "", text);
    } catch {
      // a page from a file, or in a frame without an address of its own, may not change it
    }
  };
  const takeHome = (now, moved) => ({ text: address(now, moved), without: missing(now, moved) });
  const end = laboratory(element, setting, { saved: weights, byHand: weights !== null, hide, remarks, rest, takeHome });
  return () => {
    end();
    if (mine) owned = false;
  };
}

window.toymodelsLaboratory = mount;
