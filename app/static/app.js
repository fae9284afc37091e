/* Small helps for forms: ask before acting, send once, do not lose typed text. Pages work without it. */
(() => {
  "use strict";

  // Ask before a consequential act: data-confirm on the button or the form.
  const dialog = document.getElementById("confirm");
  function ask(words, then) {
    dialog.querySelector("p").textContent = words;
    dialog.returnValue = "";
    const answer = (event) => {
      const button = event.target.closest("[data-answer]");
      if (button) dialog.close(button.dataset.answer);
    };
    dialog.addEventListener("click", answer);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", answer);
      if (dialog.returnValue === "yes") then();
    }, { once: true });
    dialog.showModal();
  }

  const sent = new WeakSet();
  const confirmed = new WeakSet();
  let leaving = false;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const words = (button && button.dataset.confirm) || form.dataset.confirm;
    if (words && !confirmed.has(form)) {
      event.preventDefault();
      ask(words, () => { confirmed.add(form); form.requestSubmit(button); });
      return;
    }
    confirmed.delete(form);
    if (event.defaultPrevented) return;
    if (tooLarge(form)) { event.preventDefault(); return; }
    leaving = true;
    if ((form.getAttribute("method") || "get").toLowerCase() !== "post" || form.target === "_blank") return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    // After the event, so that the pressed button's own value is still sent.
    const buttons = [...form.querySelectorAll("button[type=submit], input[type=submit]")].filter((b) => !b.disabled);
    setTimeout(() => buttons.forEach((b) => { b.disabled = true; }), 0);
    // An answer that is a download leaves the page standing: give the form back.
    setTimeout(() => release(form, buttons), 8000);
  });

  // A file over the limit is named before anything is sent, so that what was typed stays.
  function tooLarge(form) {
    let found = false;
    form.querySelectorAll("input[type=file][data-limit-mb]").forEach((input) => {
      const limit = Number(input.dataset.limitMb);
      const wrong = [...input.files].filter((file) => file.size > limit * 1024 * 1024);
      input.setCustomValidity(wrong.length
        ? `《${wrong[0].name}》超过 ${limit} MB 的上限，请压缩或者分成几个文件后再选择。` : "");
      if (wrong.length && !found) { input.reportValidity(); found = true; }
      input.addEventListener("change", () => input.setCustomValidity(""), { once: true });
    });
    return found;
  }

  function release(form, buttons) {
    sent.delete(form);
    leaving = false;
    buttons.forEach((b) => { b.disabled = false; });
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach((form) => release(form, [...form.querySelectorAll("button[type=submit], input[type=submit]")]));
  });

  // Forms marked data-guard: warn before typed text is lost. A form shown again with faults is unsaved too.
  function dirty(form) {
    if (form.querySelector(".is-invalid")) return true;
    return [...form.elements].some((e) => {
      if (e.type === "checkbox" || e.type === "radio") return e.checked !== e.defaultChecked;
      if (e.type === "file") return e.files.length > 0;
      if (e.tagName === "SELECT") {
        const options = [...e.options];
        const first = options.some((o) => o.defaultSelected) ? (o) => o.defaultSelected : (o) => o.index === 0 && !e.multiple;
        return options.some((o) => o.selected !== first(o));
      }
      return ["INPUT", "TEXTAREA"].includes(e.tagName) && e.type !== "hidden" && e.value !== e.defaultValue;
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (leaving) return;
    if ([...document.querySelectorAll("form[data-guard]")].some(dirty)) event.preventDefault();
  });

  // After a fault the reader, and a screen reader, starts at the summary.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // Print buttons.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // htmx: the CSRF token goes along; a refused request is said aloud, never swallowed.
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  });
  const box = document.getElementById("htmx-error");
  const say = (words) => { box.textContent = words; box.hidden = false; };
  document.body.addEventListener("htmx:responseError", (event) => {
    const code = event.detail.xhr.status;
    say(code === 401 ? "登录已失效。请在新窗口登录后重试，本页已填写的内容不会丢失。" : `操作没有完成（错误 ${code}）。请刷新页面后重试。`);
  });
  document.body.addEventListener("htmx:sendError", () => say("网络不通，操作没有完成。请稍候重试。"));
  document.body.addEventListener("htmx:afterOnLoad", () => { box.hidden = true; });
})();
