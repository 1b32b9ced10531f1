// Puts the live laboratory where its still picture is.
for (const place of document.querySelectorAll(".laboratory")) {
  const here = document.createElement("div");
  toymodelsLaboratory(here, JSON.parse(place.dataset.setting));
  place.replaceChildren(here);
}

// Folded cells are named in words already; the label that the theme adds hides them from a screen reader.
for (const summary of document.querySelectorAll("summary[aria-label]")) summary.removeAttribute("aria-label");

// A tap on a figure opens it alone: there it can be made as large as one likes.
for (const image of document.querySelectorAll(".cell_output img:not(.stored img)")) {
  const link = Object.assign(document.createElement("a"), { href: image.src });
  image.replaceWith(link);
  link.append(image);
}

// A page that was read to its end gets a mark in the table of contents. Only this browser keeps it.
const READ = "toymodels-read";
const nameOf = (address) => new URL(address).pathname.split("/").pop();
const readPages = () => JSON.parse(localStorage.getItem(READ) ?? "[]");

function markRead() {
  for (const link of document.querySelectorAll(".bd-links a")) {
    if (!readPages().includes(nameOf(link.href)) || link.querySelector(".read")) continue;
    const mark = Object.assign(document.createElement("span"), { className: "read", role: "img", textContent: " ✓" });
    mark.ariaLabel = "read";
    link.append(mark);
  }
}

const end = document.querySelector(".prev-next-footer, .bd-footer-article");
if (end)
  new IntersectionObserver(([seen]) => {
    if (!seen.isIntersecting || scrollY === 0) return; // a page that fits its window was not scrolled
    localStorage.setItem(READ, JSON.stringify([...new Set([...readPages(), nameOf(location.href)])]));
    markRead();
  }).observe(end);
markRead();
