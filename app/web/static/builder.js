// Shows at once what was chosen, without a press of the button, and offers to copy the code.
(function () {
  "use strict";
  var form = document.querySelector("form");
  var status = document.querySelector("[role=status]");
  var asked = 0;

  function say(words) {
    status.textContent = "";
    status.textContent = words;
  }

  function prepare() {
    document.querySelectorAll("textarea[readonly]").forEach(function (text) {
      text.addEventListener("focus", function () { text.select(); });
    });
    document.querySelectorAll("[data-copies]").forEach(function (button) {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = document.getElementById(button.dataset.copies);
        text.select();
        navigator.clipboard.writeText(text.value).then(function () { say(status.dataset.copied); });
      });
    });
  }

  function show(address, html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    ["languages", "made"].forEach(function (id) {
      document.getElementById(id).replaceWith(fresh.getElementById(id));
    });
    document.title = fresh.title;
    history.replaceState(null, "", address);
    prepare();
    say(status.dataset.shown);
  }

  form.addEventListener("change", function () {
    var mine = ++asked;
    var address = form.action + "?" + new URLSearchParams(new FormData(form));
    if (!form.checkValidity()) return;
    fetch(address).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject();
    }).then(function (html) {
      if (mine === asked) show(address, html);
    }).catch(function () {
      if (mine === asked) form.submit(); // what is wrong is said by a page
    });
  });
  prepare();
})();
