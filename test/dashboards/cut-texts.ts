/// <reference lib="dom" />
/*
 * Texts of panels that cannot be read to their end. Functions that run in the browser are whole in themselves: nothing
 * around them goes along.
 */
import type { Page } from 'playwright-core';

/** A text that is cut, as it was found. */
interface Cut {
  readonly panel: string;
  readonly text: string;
  /** Place of its cell among all cells; -1 outside of tables. */
  readonly cell: number;
}

/** Texts of which a part is hidden by a box around them that cannot be scrolled, or lies outside of the page. */
function hiddenTexts(): Cut[] {
  const cells = [...document.querySelectorAll('[data-panel] [role=gridcell]')];
  /** Half a pixel of a letter is no loss. */
  const slack = 1.5;
  const isCut = (own: DOMRect, element: Element): boolean => {
    for (let box: Element | null = element; box !== null && box !== document.body; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const { left, right, top, bottom } = box.getBoundingClientRect();
      const beyondX = own.left < left - slack || own.right > right + slack;
      const beyondY = own.top < top - slack || own.bottom > bottom + slack;
      if ((beyondX && /auto|scroll/.test(overflowX)) || (beyondY && /auto|scroll/.test(overflowY))) return false;
      if ((beyondX && overflowX !== 'visible') || (beyondY && overflowY !== 'visible')) return true;
    }
    return own.left < -slack || own.right > document.documentElement.clientWidth + slack;
  };
  /** Whether something says the whole text to who points at it. */
  const isTold = (text: string, element: Element): boolean => {
    const told = element.closest('[title], [aria-label]');
    const words = [told?.getAttribute('title'), told?.getAttribute('aria-label')];
    return words.some((word) => word?.includes(text));
  };
  const found: Cut[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const panel = element?.closest('[data-panel]')?.getAttribute('data-panel');
    const text = (node.textContent ?? '').trim();
    if (!element || panel === undefined || panel === null || text === '') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    if (getComputedStyle(element).visibility === 'hidden' || !rects.some((rect) => isCut(rect, element))) continue;
    const cell = element.closest('[role=gridcell]');
    if (!isTold(text, element)) found.push({ panel, text, cell: cell === null ? -1 : cells.indexOf(cell) });
  }
  return found;
}

/**
 * Texts of panels of which a part cannot be read: neither in a tooltip nor, in tables, by pointing at the cell, which
 * Grafana then shows whole. Each with its panel; the labels of a graph's axes are drawn and not seen here.
 */
export async function cutTexts(page: Page): Promise<string[]> {
  const left: string[] = [];
  for (const { panel, text, cell } of await page.evaluate(hiddenTexts)) {
    if (cell >= 0) {
      await page.locator('[data-panel] [role=gridcell]').nth(cell).hover();
      const still = await page.evaluate(hiddenTexts);
      if (!still.some((other) => other.cell === cell)) continue;
    }
    left.push(`${panel}: ${text}`);
  }
  return left;
}
