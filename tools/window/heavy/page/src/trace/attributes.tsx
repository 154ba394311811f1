import { useTheme2 } from '@grafana/ui';
import type { Attributes as Values } from './wire';

const TRACE_ID = /^[0-9a-f]{32}$/;

/** Names and values; what is the id of a trace leads there. */
export function Attributes({ title, attributes }: { readonly title: string; readonly attributes: Values }) {
  const theme = useTheme2();
  const pairs = Object.entries(attributes);
  if (pairs.length === 0 && title === '') return null;
  return (
    <div style={{ marginBottom: 8 }}>
      {title && <b>{title}</b>}
      <dl style={{ display: 'grid', gridTemplateColumns: 'minmax(7em, max-content) 1fr', gap: '1px 12px', margin: 0 }}>
        {pairs.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt style={{ color: theme.colors.text.secondary, fontWeight: 'normal' }}>{name}</dt>
            <dd style={{ margin: 0 }}>
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (typeof value === 'string' && TRACE_ID.test(value)) return <a href={`/trace/${value}`}>{value}</a>;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
