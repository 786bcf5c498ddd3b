// The custom element <city-pact><a href="…/embed/agreements?country=VN">Agreements</a></city-pact>: turns its link, or
// its iframe, into an iframe as tall as the page in it, in the language and colour scheme of the host page.
(function () {
  "use strict";
  if (!window.customElements || customElements.get("city-pact")) return;
  var origin = document.currentScript && new URL(document.currentScript.src).origin;
  var sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

  function localizedUrl(element, href) {
    var url = new URL(href, document.baseURI);
    if (!/^https?:$/.test(url.protocol) || (origin && url.origin !== origin)) return null;
    var ancestor = element.closest("[lang]");
    var language = ancestor && ancestor.lang.slice(0, 2).toLowerCase();
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
      var src = localizedUrl(element, frame.src);
      if (src && src !== frame.src) frame.src = src;
      return frame;
    }
    var link = element.querySelector("a[href]");
    var url = link && localizedUrl(element, link.href);
    if (!url) return null;
    frame = document.createElement("iframe");
    frame.title = element.title || link.textContent.trim();
    frame.width = "100%";
    frame.height = "400";
    frame.setAttribute("sandbox", sandbox);
    frame.setAttribute("frameborder", "0");
    frame.src = url;
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
        var data = event.data;
        if (event.source !== frame.contentWindow || !data || data.message !== "height") return;
        if (data.value > 0 && data.value < 100000) frame.height = Math.ceil(data.value);
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
