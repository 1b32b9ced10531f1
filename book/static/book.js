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
