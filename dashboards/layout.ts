import type { GridPosition } from './model.js';
import type { PagePanel } from './panel.js';

/** Columns of a page. */
export const COLUMNS = 24;

/** The ids of headings begin here, beyond those of panels. */
const FIRST_HEADING = 100;

/** A group of panels under a heading. */
export interface PageRow {
  /** Without one, the panels stand at the top of the page. */
  readonly title?: string;
  /** Closed until it is clicked; its queries do not run before. */
  readonly collapsed?: boolean;
  /** Panels from left to right; the next line begins where a line of 24 is full. */
  readonly panels: readonly PagePanel[];
}

/** A panel with its number on the page and its place, from the upper left corner of its row. */
export interface PlacedPanel {
  readonly id: number;
  readonly panel: PagePanel;
  readonly at: GridPosition;
}

/** A row with its panels in their places. */
export interface PlacedRow {
  readonly heading: { readonly id: number; readonly title: string } | undefined;
  readonly collapsed: boolean;
  readonly panels: readonly PlacedPanel[];
  /** Height of its panels together. */
  readonly height: number;
}

/**
 * Gives every panel of a page its number, in the order in which they are read, and its place. A panel that is added moves
 * the numbers of those after it: a link to a single panel holds for one version of the page.
 */
export function layOut(rows: readonly PageRow[]): PlacedRow[] {
  let panelsSoFar = 0;
  let headingsSoFar = 0;
  return rows.map(({ title, collapsed = false, panels }) => {
    const { places, height } = inLines(panels);
    const placed = places.map((place, index) => ({ id: panelsSoFar + index + 1, ...place }));
    panelsSoFar += panels.length;
    const heading = title === undefined ? undefined : { id: FIRST_HEADING + headingsSoFar, title };
    headingsSoFar += heading === undefined ? 0 : 1;
    return { heading, collapsed, panels: placed, height };
  });
}

function inLines(panels: readonly PagePanel[]): { places: Omit<PlacedPanel, 'id'>[]; height: number } {
  let x = 0;
  let y = 0;
  let lineHeight = 0;
  const places = panels.map((panel) => {
    const at = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
    if (x >= COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    return { panel, at };
  });
  return { places, height: y + lineHeight };
}
