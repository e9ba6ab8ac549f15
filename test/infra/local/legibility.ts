/**
 * What a page or a frame looks like, read out inside of it: the colours of every text with the colour
 * behind it, pictures, and what does not fit. Contrast as WCAG 2.2 computes it
 * (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
 */

/** What one document shows. */
export interface Look {
  readonly text: string;
  /** Luminance of what is behind everything: 0 black, 1 white. */
  readonly paper: number;
  /** Texts with a contrast below 4.5 to 1. */
  readonly faint: readonly string[];
  readonly texts: number;
  /** Width of each picture's own pixels and of what is shown; 0: it did not load. */
  readonly pictures: readonly { readonly own: number; readonly shown: number }[];
  /** Texts that are wider than the element they stand in. */
  readonly cut: readonly string[];
  readonly width: number;
  readonly widthNeeded: number;
  readonly height: number;
  readonly heightNeeded: number;
}

/** An expression that gives the Look of the document in which it is evaluated. */
export const LOOK = `(() => {
  const root = document.documentElement;
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (element) => {
    const pair = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const own = (element) => [...element.childNodes].filter(({ nodeType }) => nodeType === 3)
    .map(({ data }) => data.trim()).join(' ').trim();
  const texts = [...document.body.querySelectorAll('*')]
    .filter((element) => own(element) !== '' && element.checkVisibility());
  return {
    text: document.body.innerText,
    paper: luminance(behind(document.body)),
    faint: texts.filter((one) => contrast(one) < 4.5).map((one) => own(one) + ' ' + contrast(one)),
    texts: texts.length,
    pictures: [...document.images].map((one) => ({ own: one.naturalWidth, shown: one.width })),
    cut: texts.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map(own),
    width: root.clientWidth, widthNeeded: root.scrollWidth,
    height: innerHeight, heightNeeded: document.body.scrollHeight,
  };
})()`;
