// Updates the preview and the code when a field of the form changes, and offers to copy the code.
(function () {
  "use strict";
  var form = document.querySelector("form");
  var status = document.querySelector("[role=status]");
  var latest = 0;

  function announce(message) {
    status.textContent = "";
    status.textContent = message;
  }

  function listen() {
    document.querySelectorAll("textarea[readonly]").forEach(function (text) {
      text.addEventListener("focus", function () { text.select(); });
    });
    document.querySelectorAll("[data-copies]").forEach(function (button) {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = document.getElementById(button.dataset.copies);
        text.select();
        navigator.clipboard.writeText(text.value).then(function () { announce(status.dataset.copied); });
      });
    });
  }

  function update(url, html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    ["languages", "made"].forEach(function (id) {
      document.getElementById(id).replaceWith(page.getElementById(id));
    });
    document.title = page.title;
    history.replaceState(null, "", url);
    listen();
    announce(status.dataset.shown);
  }

  form.addEventListener("change", function () {
    var number = ++latest;
    var url = form.action + "?" + new URLSearchParams(new FormData(form));
    if (!form.checkValidity()) return;
    fetch(url).then(function (response) {
      return response.ok ? response.text() : Promise.reject();
    }).then(function (html) {
      if (number === latest) update(url, html);
    }).catch(function () {
      if (number === latest) form.submit(); // the error page says what is wrong
    });
  });
  listen();
})();
