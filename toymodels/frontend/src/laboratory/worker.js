// The trainer on a thread of its own: a message is an ask, and each gets one answer.
import { responder } from "./trainer.js";

const respond = responder();
self.onmessage = ({ data }) => postMessage(respond(data));
