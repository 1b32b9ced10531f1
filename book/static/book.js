// Puts the live laboratory where its still picture is.
for (const place of document.querySelectorAll(".laboratory")) {
  const here = document.createElement("div");
  toymodelsLaboratory(here, JSON.parse(place.dataset.setting));
  place.replaceChildren(here);
}
