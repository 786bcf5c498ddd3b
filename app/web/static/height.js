// Tells the page around this one how tall it is, in the words that WordPress knows too.
(function () {
  "use strict";
  if (window.parent === window) return;
  var secret = /secret=(\w{10})/.exec(location.hash);
  var last = 0;
  function tell() {
    var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    var said = { message: "height", value: height };
    if (secret) said.secret = secret[1];
    window.parent.postMessage(said, "*");
  }
  window.addEventListener("message", function (event) {
    if (event.source === window.parent && event.data && event.data.message === "ready") {
      last = 0;
      tell();
    }
  });
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
})();
