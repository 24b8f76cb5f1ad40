// Takes what opens out of the address, where no server and no log sees it, and sends it once.
"use strict";
(function () {
  var form = document.querySelector("form[data-enter]");
  var token = location.hash.slice(1);
  if (!form || !token) { return; }
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.submit();
})();
