import type { Panel } from './dashboard';

/** A heading with the panels below it; what stands before the first heading has none. */
export interface Section {
  readonly row?: Panel;
  readonly panels: readonly Panel[];
}

/** The page as its rows divide it. A closed row holds its panels, an open one is followed by them. */
export function sectionsOf(panels: readonly Panel[]): Section[] {
  const sections: { row?: Panel; panels: Panel[] }[] = [{ panels: [] }];
  for (const panel of panels) {
    if (panel.type === 'row') sections.push({ row: panel, panels: [...(panel.panels ?? [])] });
    else sections.at(-1)?.panels.push(panel);
  }
  return oneTraceStore(sections.filter(({ row, panels }) => row !== undefined || panels.length > 0));
}

/**
 * A dashboard has a closed row for each store of traces that somebody may have. The window has one store, which stands
 * for all, so the last of these rows is shown, and open.
 */
function oneTraceStore(sections: Section[]): Section[] {
  const ofTraces = ({ row, panels }: Section) =>
    row?.collapsed === true && panels.length > 0 && panels.every(({ type }) => type === 'traces');
  const last = sections.findLast(ofTraces);
  return sections
    .filter((section) => section === last || !ofTraces(section))
    .map((section) =>
      section === last && section.row ? { ...section, row: { ...section.row, collapsed: false } } : section,
    );
}

const COLUMNS = 24;
const CELL = 30;
const MARGIN = 8;
/** Narrower than this, panels stand below each other, as in Grafana. */
const NARROW = 769;

/** A place in pixels. */
export interface Place {
  readonly panel: Panel;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The places of a section's panels on a page of a width. */
export function placesOf(
  panels: readonly Panel[],
  width: number,
): { readonly places: Place[]; readonly height: number } {
  const heightOf = (rows: number) => rows * CELL + (rows - 1) * MARGIN;
  if (width < NARROW) {
    let top = 0;
    const places = [...panels].sort(inReadingOrder).map((panel) => {
      const height = heightOf(panel.gridPos.h);
      const place = { panel, left: 0, top, width, height };
      top += height + MARGIN;
      return place;
    });
    return { places, height: top };
  }
  const first = Math.min(...panels.map(({ gridPos }) => gridPos.y));
  const column = (width - MARGIN * (COLUMNS - 1)) / COLUMNS;
  const places = panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos;
    return {
      panel,
      left: Math.round(x * (column + MARGIN)),
      top: (y - first) * (CELL + MARGIN),
      width: Math.floor(w * column + (w - 1) * MARGIN),
      height: heightOf(h),
    };
  });
  const height = Math.max(0, ...places.map((place) => place.top + place.height + MARGIN));
  return { places, height };
}

function inReadingOrder(a: Panel, b: Panel): number {
  return a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x;
}
