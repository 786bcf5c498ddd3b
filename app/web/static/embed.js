// <city-pact><a href="…/embed/agreements?country=VN">Agreements</a></city-pact>: the link, or an iframe, becomes an
// iframe as tall as its page, in the language and colour scheme of the page around it. Without this script they stay.
(function () {
  "use strict";
  if (!window.customElements || customElements.get("city-pact")) return;
  var home = document.currentScript && new URL(document.currentScript.src).origin;
  var sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

  function addressFor(element, given) {
    var url = new URL(given, document.baseURI);
    if (!/^https?:$/.test(url.protocol) || (home && url.origin !== home)) return null;
    var around = element.closest("[lang]");
    var language = around && around.lang.slice(0, 2).toLowerCase();
    if (!url.searchParams.has("lang") && /^(ko|vi|en)$/.test(language)) url.searchParams.set("lang", language);
    var scheme = getComputedStyle(element).colorScheme;
    var meta = document.querySelector("meta[name=color-scheme]");
    if (scheme === "normal" && meta) scheme = meta.content;
    var theme = /dark/.test(scheme) ? (/light/.test(scheme) ? "auto" : "dark") : "light";
    if (!url.searchParams.has("theme") && theme !== "light") url.searchParams.set("theme", theme);
    return url.href;
  }

  function frameOf(element) {
    var frame = element.querySelector("iframe");
    if (frame) {
      var better = addressFor(element, frame.src);
      if (better && better !== frame.src) frame.src = better;
      return frame;
    }
    var link = element.querySelector("a[href]");
    var address = link && addressFor(element, link.href);
    if (!address) return null;
    frame = document.createElement("iframe");
    frame.title = element.title || link.textContent.trim();
    frame.width = "100%";
    frame.height = "400";
    frame.setAttribute("sandbox", sandbox);
    frame.setAttribute("frameborder", "0");
    frame.src = address;
    return frame;
  }

  customElements.define("city-pact", class extends HTMLElement {
    connectedCallback() {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", this.grow.bind(this));
      else this.grow();
    }

    grow() {
      var frame = this.frame = this.frame || frameOf(this);
      if (!frame || this.listening) return;
      this.style.display = "block";
      this.listening = function (event) {
        var said = event.data;
        if (event.source !== frame.contentWindow || !said || said.message !== "height") return;
        if (said.value > 0 && said.value < 100000) frame.height = Math.ceil(said.value);
      };
      window.addEventListener("message", this.listening);
      frame.addEventListener("load", function () {
        frame.contentWindow.postMessage({ message: "ready" }, "*");
      });
      if (frame.parentNode !== this) this.replaceChildren(frame);
      else if (frame.contentWindow) frame.contentWindow.postMessage({ message: "ready" }, "*");
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.listening);
      this.listening = null;
    }
  });
})();
