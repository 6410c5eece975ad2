// The data of the page. Tables need the small part at once; the texts are unpacked when somebody reads them.
(() => {
  "use strict";
  const Bench = (window.Bench ??= {});
  let data;
  let documents;

  /** What every part of the page knows: systems, columns, and a line for each document. */
  Bench.data = () => (data ??= JSON.parse(document.getElementById("data").textContent));

  /** A promise of the texts, in the order of the index. It fails with words for the reader. */
  Bench.documents = () => (documents ??= unpacked(Bench.data().documents));

  async function unpacked(packed) {
    if (typeof DecompressionStream === "undefined") {
      throw new Error(
        "This browser is too old to unpack the texts. Chrome or Edge from 93, Firefox from 113 and Safari " +
          "from 16.4 can; everything outside of the examples reads without them.",
      );
    }
    try {
      const characters = atob(packed);
      const bytes = new Uint8Array(characters.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return JSON.parse(await new Response(stream).text());
    } catch (error) {
      throw new Error(`The texts in this file cannot be unpacked, it may be damaged: ${error.message}`);
    }
  }
})();
