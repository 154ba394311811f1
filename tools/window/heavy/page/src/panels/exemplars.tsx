import { dateTimeFormat, formattedValueToString, getValueFormat } from '@grafana/data';
import { Tooltip, type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { useLayoutEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Exemplar } from '../exemplars';
import type { Plot } from './time-series';

interface ExemplarsProps {
  readonly config: UPlotConfigBuilder;
  readonly exemplars: readonly Exemplar[];
  readonly unit: string | undefined;
}

/** Pixels in which a diamond can be hit, and of its side. */
const AREA = 20;
const SIDE = 9;

/** Lays a diamond over the graph for each exemplar: a link to its trace. */
export function Exemplars({ config, exemplars, unit = 'none' }: ExemplarsProps) {
  const { colors } = useTheme2();
  // A new object with each drawing: the scales may be others.
  const [drawn, setDrawn] = useState<{ readonly plot: Plot }>();
  useLayoutEffect(() => {
    config.addHook('draw', (plot) => setDrawn({ plot }));
  }, [config]);
  // The plot has scales that nothing is drawn on.
  const scale = drawn?.plot.series[1]?.scale;
  if (drawn === undefined || scale === undefined) return null;
  const { plot } = drawn;
  const format = getValueFormat(unit);
  return createPortal(
    exemplars.map(({ traceId, value, at }) => {
      const took = formattedValueToString(format(value, 1));
      const when = `${dateTimeFormat(at, { timeZone: 'utc' })} UTC`;
      // One beyond the scale is shown at its edge, as in Grafana.
      const top = Math.min(Math.max(plot.valToPos(value, scale), 0), plot.over.clientHeight);
      return (
        <Tooltip key={`${traceId} ${at}`} content={`${took}, until ${when}. Click for its trace.`}>
          <a
            data-exemplar={traceId}
            href={`/trace/${encodeURIComponent(traceId)}`}
            aria-label={`${took}, until ${when}: trace ${traceId}`}
            // Two tips would hide each other.
            onMouseEnter={() => plot.over.dispatchEvent(new MouseEvent('mouseleave'))}
            style={{
              position: 'absolute',
              left: plot.valToPos(at, 'x') - AREA / 2,
              top: top - AREA / 2,
              width: AREA,
              height: AREA,
              display: 'grid',
              placeItems: 'center',
              zIndex: 1,
            }}
          >
            <span
              style={{
                width: SIDE,
                height: SIDE,
                transform: 'rotate(45deg)',
                background: colors.text.primary,
                border: `1px solid ${colors.background.primary}`,
              }}
            />
          </a>
        </Tooltip>
      );
    }),
    plot.over,
  );
}
