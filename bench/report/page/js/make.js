// Elements. Texts come from models and files of other people: they become text nodes and nothing else.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  const SVG = "http://www.w3.org/2000/svg";

  /** An element. Attributes that are null or false are left out; children are elements, texts or null. */
  Bench.make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

  /** The same for the elements of a drawing. */
  Bench.draw = (tag, attributes = {}, ...children) =>
    filled(document.createElementNS(SVG, tag), attributes, children);

  function filled(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }
})();
