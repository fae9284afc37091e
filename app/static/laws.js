/* Copy a citation. Without script, or without a secure page, the text can be selected by hand. */
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.value);
        button.textContent = "已复制";
      } catch {
        source.select();
      }
    });
  });
})();
