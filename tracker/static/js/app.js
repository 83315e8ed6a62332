// Everything works without scripts; these only add comfort.
import { watchDrafts } from "./drafts.js";
import { watchMenu } from "./menu.js";

watchMenu(document);
watchDrafts(document, window.sessionStorage);

const first = document.querySelector("[data-focus]");
if (first) {
  first.focus();
}
