// The front page: the guess is answered once the slider has been at its end, and what is seen is explained.
const front = document.querySelector(".front");
const explorer = front.querySelector(".toymodels-explorer");
const slider = explorer.querySelector("input");
const answer = front.querySelector(".answer");
const guesses = [...front.querySelectorAll(".guesses button")];
const INVITATION = "Drag the slider to its right end.";
const WHY = "How many it keeps depends on how often the things are absent. Chapters 3 and 4 explain why.";
let guessed = null; // the button that was tapped
let seen = false; // whether the slider has been at its end

function say() {
  const own = seen ? guessed?.dataset.answer : guessed && `You guessed ${guessed.textContent}.`;
  answer.textContent = [own, seen ? WHY : INVITATION].filter(Boolean).join(" ");
  for (const button of guesses) button.ariaPressed = button === guessed;
}

for (const button of guesses)
  button.onclick = () => {
    guessed = button;
    say();
  };
new MutationObserver(() => {
  if (seen || explorer.dataset.position !== slider.max) return;
  seen = true;
  say();
}).observe(explorer, { attributeFilter: ["data-position"] });
guesses[0].parentElement.hidden = false;
say();
