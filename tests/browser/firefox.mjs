// Uses an explorer and the laboratory in Firefox, and prints what was seen, as JSON.
//
// node firefox.mjs <Firefox> <address of a page with an explorer> <address of the laboratory> <the same with arrows>
import puppeteer from "puppeteer-core";

const [executablePath, explorer, laboratory, plane] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const errors = [];

async function open(address, ready) {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", message => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", error => errors.push(String(error)));
  await page.goto(address);
  await page.waitForSelector(ready);
  return page;
}

const text = (page, selector) => page.$eval(selector, element => element.textContent);
const picture = (page, selector) => page.$eval(selector, canvas => canvas.toDataURL());
const step = page => page.$eval(".toymodels-laboratory", root => Number(root.dataset.taken));

async function moveExplorer() {
  const page = await open(explorer, ".toymodels-explorer[data-position]");
  const look = async () => ({ words: await text(page, ".lines"), picture: await picture(page, ".panel canvas") });
  const before = await look();
  const position = await page.$eval(".toymodels-explorer", root => root.dataset.position);
  await page.focus("input[type=range]");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector(`.toymodels-explorer:not([data-position="${position}"])`);
  const after = await look();
  await page.hover(".panel canvas");
  await page.waitForFunction(() => document.querySelector(".said").textContent);
  const pointed = await text(page, ".said");
  await page.focus(".panel canvas");
  await page.keyboard.press("Home");
  await page.waitForFunction(before => document.querySelector(".said").textContent !== before, {}, pointed);
  const keyed = await text(page, ".said");
  await page.click("button.play"); // at the end: it begins anew
  await page.waitForSelector(`.toymodels-explorer[data-position="${position}"]`);
  await page.waitForSelector(`.toymodels-explorer:not([data-position="${position}"])`);
  return { before, after, pointed, keyed, played: await look() };
}

async function train() {
  const page = await open(laboratory, ".toymodels-laboratory[data-taken]");
  const finished = () => document.querySelector(".chip").textContent === "Settled";
  await page.waitForFunction(finished);
  await page.waitForSelector('.toymodels-laboratory[data-taken="2000"]');
  const rest = await step(page);
  const before = await picture(page, "canvas.view");
  await page.focus(".dial input"); // the sparsity
  await page.keyboard.press("Home");
  await page.waitForFunction(() => Number(document.querySelector(".toymodels-laboratory").dataset.taken) > 2100);
  const on = await step(page);
  await page.waitForFunction(finished);
  return { rest, on, before, after: await picture(page, "canvas.view"), words: await text(page, ".says") };
}

/** Drags the tip of arrow 2 some way to the middle, then lets keys turn it and a slider move a bias. */
async function moveArrow() {
  const page = await open(plane, ".grip");
  await page.waitForFunction(() => document.querySelector(".chip").textContent === "Settled");
  const look = async () => ({
    arrow: await page.$$eval(".grip", all => all[2].ariaLabel),
    words: await text(page, ".says"),
    state: await text(page, ".chip"),
    picture: await picture(page, "canvas.view"),
  });
  const changed = words =>
    page.waitForFunction(words => document.querySelector(".says").textContent !== words, {}, words);
  const before = await look();
  const grip = (await page.$$(".grip"))[2];
  const { x, y, width, height } = await grip.boundingBox();
  const canvas = await (await page.$("canvas.view")).boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const [acrossTo, downTo] = [canvas.x + canvas.width / 2 + 30, canvas.y + canvas.height / 2 + 30];
  await page.mouse.move((x + acrossTo) / 2, (y + downTo) / 2, { steps: 3 });
  await changed(before.words);
  await page.mouse.up();
  const dragged = await look();
  await page.keyboard.press("Enter");
  for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
  await changed(dragged.words);
  await page.waitForFunction(was => document.querySelectorAll(".grip")[2].ariaLabel !== was, {}, dragged.arrow);
  const keyed = await look();
  await page.keyboard.press("Escape");
  await page.waitForFunction(was => document.querySelectorAll(".grip")[2].ariaLabel === was, {}, dragged.arrow);
  await page.click(".by-hand summary");
  await page.focus(".bias input[type=range]");
  const unmoved = await text(page, ".says");
  await page.keyboard.press("Home"); // the lowest bias
  await changed(unmoved);
  return { before, dragged, keyed, shifted: await look() };
}

try {
  const failed = error => ({ failed: String(error) }); // the other one is looked at all the same
  const seen = { explorer: await moveExplorer().catch(failed), laboratory: await train().catch(failed) };
  seen.hands = await moveArrow().catch(failed);
  console.log(JSON.stringify({ ...seen, errors }));
} finally {
  await browser.close();
}
