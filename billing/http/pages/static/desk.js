// The keyboard: a letter goes to what has it as data-key, j and k walk through the rows; and a timer that runs is seen to.
"use strict";
(function () {
  function typing(at) {
    return at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (event.key === "j" || event.key === "k") {
      var rows = Array.prototype.slice.call(document.querySelectorAll("a[data-row]"));
      var at = rows.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
      if (rows.length) { rows[Math.max(0, Math.min(at, rows.length - 1))].focus(); }
      return;
    }
    var found = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!found) { return; }
    event.preventDefault();
    if (found.tagName === "A" || found.tagName === "BUTTON") { found.click(); } else { found.focus(); found.scrollIntoView({ block: "center" }); }
  });
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    var focused = document.activeElement;
    if (event.detail.target.contains(focused)) { event.detail.shouldSwap = false; }
  });
  var timer = document.querySelector("[data-seconds]");
  if (timer) {
    var began = Date.now() - 1000 * Number(timer.dataset.seconds);
    setInterval(function () {
      var seconds = Math.floor((Date.now() - began) / 1000);
      var parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      timer.textContent = parts.map(function (part) { return String(part).padStart(2, "0"); }).join(":");
    }, 1000);
  }
})();
