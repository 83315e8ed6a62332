// The menu button of narrow screens. Without scripts the style sheet shows the whole menu.
export function watchMenu(root) {
  for (const button of root.querySelectorAll("[data-toggle]")) {
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
    });
    button.parentElement.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
        button.setAttribute("aria-expanded", "false");
        button.focus();
      }
    });
  }
}
