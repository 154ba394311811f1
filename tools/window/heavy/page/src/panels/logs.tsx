import { dateTimeFormat } from '@grafana/data';
import { ScrollContainer, useTheme2 } from '@grafana/ui';
import { useState } from 'react';
import { Attributes } from '../trace/attributes';
import type { LogEvent } from '../trace/wire';
import type { Drawing } from './drawing';

/** Log events, a sentence each; a click shows what they carry. */
export function Logs({ panel, frames, width, height }: Drawing) {
  const events = frames.flatMap(({ fields }) =>
    fields.filter(({ name }) => name === 'event').flatMap(({ values }) => values as LogEvent[]),
  );
  const ordered = panel.options.sortOrder === 'Ascending' ? [...events].reverse() : events;
  return (
    <div style={{ width, height, display: 'flex' }}>
      <ScrollContainer minHeight={0}>
        {ordered.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two events may be alike in everything
          <Line key={index} event={event} isNarrow={width < 500} />
        ))}
      </ScrollContainer>
    </div>
  );
}

function Line({ event, isNarrow }: { readonly event: LogEvent; readonly isNarrow: boolean }) {
  const theme = useTheme2();
  const [isOpen, setOpen] = useState(false);
  const { time, severity, name, body, attributes, traceId, spanId } = event;
  return (
    <div
      style={{
        borderLeft: `3px solid ${colorOf(severity, theme)}`,
        marginBottom: 1,
        paddingLeft: 8,
        overflowWrap: 'anywhere',
      }}
    >
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        style={{ all: 'unset', cursor: 'pointer', width: '100%', padding: '2px 0', outline: 'revert' }}
      >
        <span
          style={{
            color: theme.colors.text.secondary,
            fontSize: 12,
            marginRight: 8,
            ...(isNarrow ? { display: 'block' } : {}),
          }}
        >
          {dateTimeFormat(time, { timeZone: 'utc' })}
        </span>
        {body || name}
      </button>
      {isOpen && (
        <Attributes
          title=""
          attributes={{
            event: name,
            severity,
            ...attributes,
            ...(traceId && { 'trace id': traceId, 'span id': spanId }),
          }}
        />
      )}
    </div>
  );
}

function colorOf(severity: string, theme: ReturnType<typeof useTheme2>): string {
  if (/^(error|fatal)/i.test(severity)) return theme.colors.error.main;
  if (/^warn/i.test(severity)) return theme.colors.warning.main;
  return theme.colors.info.main;
}
