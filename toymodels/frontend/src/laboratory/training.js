// Where training happens: in a worker, or where a page forbids workers on the page's own thread.
import WORKER from "text:./worker.js";
import { responder } from "./trainer.js";

/** What answers asks, on this thread in slices if no worker can be had. Returns {send, end}.
 *
 * hear(answer) is called with each answer, broken(message) when none will come.
 */
export function trainerBeside(hear, broken) {
  let worker = null;
  let answered = false;
  let waiting = null;
  let timer;
  const respond = responder();
  const here = ask => {
    timer = setTimeout(() => {
      let answer;
      try {
        answer = respond(ask);
      } catch (error) {
        return broken(error.message);
      }
      hear(answer);
    });
  };
  const stayHere = () => {
    worker?.terminate();
    worker = null;
    if (waiting) here(waiting);
  };
  try {
    const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      if (!answered) URL.revokeObjectURL(address);
      answered = true;
      hear(data);
    };
    worker.onerror = event => {
      if (answered) return broken(event.message);
      event.preventDefault();
      stayHere();
    };
  } catch {
    stayHere();
  }
  return {
    send: ask => {
      waiting = ask;
      if (worker) worker.postMessage(ask);
      else here(ask);
    },
    end: () => {
      clearTimeout(timer);
      if (worker) worker.onmessage = worker.onerror = null; // what is on its way is not heard either
      worker?.terminate();
    },
  };
}
