import { TableNG } from '@grafana/ui/unstable';
import { useState } from 'react';
import type { Drawing } from './drawing';

/** Rows as Grafana's panel `table` shows them. */
export function Table({ panel, fieldConfig, frames, width, height }: Drawing) {
  const { options } = panel;
  const [sortBy, setSortBy] = useState(options.sortBy);
  const frame = frames[options.frameIndex ?? 0] ?? frames[0];
  if (frame === undefined) return null;
  return (
    <TableNG
      ariaLabel={panel.title ?? 'Table'}
      data={frame}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      showTypeIcons={options.showTypeIcons}
      resizable
      sortBy={sortBy}
      onSortByChange={setSortBy}
      sortByBehavior="initial"
      cellHeight={options.cellHeight}
      maxRowHeight={options.maxRowHeight}
      frozenColumns={options.frozenColumns?.left}
      enablePagination={options.enablePagination}
      structureRev={1}
      fieldConfig={fieldConfig}
      getActions={() => []}
      enableVirtualization
    />
  );
}
