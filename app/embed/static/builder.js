// Shows the buttons that copy, which need a script, and says when something was copied.
(function () {
  "use strict";
  var status = document.querySelector("[data-said]");
  document.querySelectorAll("[data-copies]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.dataset.copies);
      text.select();
      navigator.clipboard.writeText(text.value).then(function () {
        status.textContent = "";
        status.textContent = status.dataset.said;
      });
    });
  });
  document.querySelectorAll("textarea[readonly]").forEach(function (text) {
    text.addEventListener("focus", function () { text.select(); });
  });
})();
