// Evaluated inside a page (as text): finds words that are cut off, and words that lie over one another. Gives
// { cut: string[], overlapping: string[], wide: boolean, tall: boolean }.
(() => {
  const root = document.documentElement;
  const clips = (style) => /hidden|clip|auto|scroll/.test(`${style.overflowX} ${style.overflowY}`);
  const scrolls = (style) => /auto|scroll/.test(`${style.overflowX} ${style.overflowY}`);
  // What overflows the page can be scrolled to, unless body or root says otherwise: then it is cut.
  const mayScroll = [root, document.body].every((each) => !/hidden|clip/.test(getComputedStyle(each).overflowY));
  const name = (element, text) => {
    const kind = typeof element.className === 'string' ? element.className : (element.getAttribute('class') ?? '');
    return `${element.tagName.toLowerCase()}${kind === '' ? '' : `.${kind.trim().replaceAll(/\s+/g, '.')}`} "${text.trim().slice(0, 40)}"`;
  };

  /** Not there for the eye: hidden, or of the size that is given to words for a screen reader alone. */
  const unseen = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === 'none' || style.visibility === 'hidden' || Number(style.opacity) === 0) return true;
      if (style.clipPath === 'inset(50%)') return true;
    }
    return false;
  };

  /** The part of a box that is not cut off by what holds it, and whether what cuts it can be scrolled. */
  const shown = (rect, element) => {
    let { left, top, right, bottom } = rect;
    let scrolled = false;
    let cutX = 0;
    let cutY = 0;
    const fixed = getComputedStyle(element).position === 'fixed';
    for (let at = element; at !== null && at !== root && !fixed; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!clips(style) || at === document.body) continue;
      const box = at.getBoundingClientRect();
      const over = Math.max(box.left - left, right - box.right);
      const overY = Math.max(box.top - top, bottom - box.bottom);
      if (scrolls(style)) {
        if (over > 0.5 || overY > 0.5) scrolled = true;
      } else if (!scrolled) {
        cutX = Math.max(cutX, over);
        cutY = Math.max(cutY, overY);
      }
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    }
    if (!scrolled) {
      cutX = Math.max(cutX, right - innerWidth, -left);
      if (!mayScroll) cutY = Math.max(cutY, bottom - innerHeight, -top);
    }
    return { left, top, right, bottom, scrolled, cutX, cutY };
  };

  const texts = [];
  const cut = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent ?? '';
    if (element === null || text.trim() === '' || /^(SCRIPT|STYLE|NOSCRIPT|TITLE|OPTION)$/i.test(element.tagName)) continue;
    if (unseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      // The ink of a line lies in the middle of its box: fonts leave room above and below.
      const middle = (rect.top + rect.bottom) / 2;
      const ink = { left: rect.left, right: rect.right, top: middle - size * 0.42, bottom: middle + size * 0.42 };
      const part = shown(ink, element);
      if (part.cutX > 1.5 || (part.cutY > 1.5 && (part.bottom > part.top || part.top > innerHeight - 1.5)))
        cut.add(name(element, text));
      if (part.right - part.left < 2 || part.bottom - part.top < 2) continue;
      texts.push({ element, text, ...part });
    }
  }
  // An ellipsis is a cut too, unless the whole can be read in the title of it or of what it stands in.
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (style.textOverflow !== 'ellipsis' || unseen(element) || element.closest('[title]') !== null) continue;
    if (element.scrollWidth > element.clientWidth + 1) cut.add(name(element, element.textContent ?? ''));
  }

  const opaque = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour !== 'transparent' && !/(?:,\s*0(?:\.\d+)?|\/\s*0(?:\.\d+)?)\)$/.test(colour);
  };
  /** Whether something opaque lies between the two, so that only one of them is seen. */
  const covered = (a, b, x, y) => {
    let first;
    for (const element of document.elementsFromPoint(x, y)) {
      const is = element === a || element === b;
      if (first === undefined) {
        if (is) first = element;
        else if (opaque(element) && !element.contains(a) && !element.contains(b)) return true;
        if (!is) continue;
      } else if (is) return false;
      const other = first === a ? b : a;
      if (opaque(element) && !element.contains(other)) return true;
    }
    return false;
  };
  const overlapping = new Set();
  for (const [index, a] of texts.entries())
    for (const b of texts.slice(index + 1)) {
      if (a.element === b.element) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width < 2 || height < 2) continue;
      const x = Math.max(a.left, b.left) + width / 2;
      const y = Math.max(a.top, b.top) + height / 2;
      if (!covered(a.element, b.element, x, y)) overlapping.add(`${name(a.element, a.text)} over ${name(b.element, b.text)}`);
    }
  return {
    cut: [...cut],
    overlapping: [...overlapping],
    wide: mayScroll && root.scrollWidth > root.clientWidth,
    tall: mayScroll && root.scrollHeight > root.clientHeight,
  };
})();
