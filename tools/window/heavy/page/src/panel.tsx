import {
  type AbsoluteTimeRange,
  DashboardCursorSync,
  EventBusSrv,
  type FieldConfigSource,
  LoadingState,
} from '@grafana/data';
import { ErrorBoundary, PanelChrome, type PanelContext, PanelContextProvider, useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { Panel as PanelJson } from './dashboard';
import { type Context, interpolate } from './interpolate';
import type { Mark } from './marks';
import { harmless, loadPanel, type PanelData } from './panel-data';
import { KINDS } from './panels/kinds';

const NOTHING: FieldConfigSource = { defaults: {}, overrides: [] };

/** Pointers of all graphs of a page move together. */
const BUS = new EventBusSrv();
const PANEL_CONTEXT: PanelContext = {
  eventsScope: 'page',
  eventBus: BUS,
  sync: () => DashboardCursorSync.Crosshair,
};

interface PanelProps {
  readonly panel: PanelJson;
  readonly context: Context;
  readonly marks: readonly Mark[];
  readonly width: number;
  readonly height: number;
  readonly onRange: (range: AbsoluteTimeRange) => void;
  /** Called when it stands, with or without an error. */
  readonly onDrawn: (id: number, context: Context) => void;
}

/** A panel with its frame. What was shown stays while it is asked anew, and when that fails. */
export function Panel({ panel, context, marks, width, height, onRange, onDrawn }: PanelProps) {
  const theme = useTheme2();
  // Drawn with what was chosen when it was asked, until the next answer is there.
  const [data, setData] = useState<PanelData & { readonly context: Context }>();
  const [problem, setProblem] = useState<string>();
  const [settled, setSettled] = useState<Context>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the width is that of the first time, as in Grafana
  useEffect(() => {
    const ended = new AbortController();
    loadPanel(panel, context, { theme, width, signal: ended.signal })
      .then(
        (loaded) => {
          if (ended.signal.aborted) return;
          setData({ ...loaded, context });
          setProblem(undefined);
        },
        (error: Error) => {
          if (!ended.signal.aborted) setProblem(error.message);
        },
      )
      .finally(() => {
        if (!ended.signal.aborted) setSettled(context);
      });
    return () => ended.abort();
  }, [panel, context, theme]);
  useEffect(() => {
    if (settled !== undefined) requestAnimationFrame(() => onDrawn(panel.id, settled));
  }, [settled, panel.id, onDrawn]);
  return (
    <div data-panel={panel.title} data-panel-id={panel.id} data-problem={problem} style={{ height: '100%' }}>
      <PanelChrome
        width={width}
        height={height}
        title={interpolate(panel.title ?? '', context)}
        description={() => panel.description ?? ''}
        displayMode={panel.transparent ? 'transparent' : 'default'}
        padding={panel.type === 'table' ? 'none' : 'md'}
        loadingState={settled !== context ? LoadingState.Loading : LoadingState.Done}
        {...(problem !== undefined && { statusMessage: problem })}
        titleItems={<PanelLinks panel={panel} context={context} />}
      >
        {(innerWidth, innerHeight) => (
          <PanelContextProvider value={PANEL_CONTEXT}>
            <ErrorBoundary>
              {({ error }) => {
                if (error) return <Said text={`This panel cannot be drawn: ${error.message}`} isProblem />;
                if (data === undefined) return problem === undefined ? null : <Said text={problem} isProblem />;
                const drawn = { ...data, marks, width: innerWidth, height: innerHeight, onRange };
                return (
                  <>
                    {problem !== undefined && <Said text={problem} isProblem />}
                    <Drawn panel={panel} {...drawn} />
                  </>
                );
              }}
            </ErrorBoundary>
          </PanelContextProvider>
        )}
      </PanelChrome>
    </div>
  );
}

type DrawnProps = Omit<Parameters<(typeof KINDS)[string]['Draw']>[0], 'fieldConfig'>;

function Drawn(drawing: DrawnProps) {
  const { panel, frames } = drawing;
  const kind = KINDS[panel.type];
  if (kind === undefined) return <Said text={`The window does not draw panels of the type ${panel.type}.`} isProblem />;
  const fieldConfig = panel.fieldConfig ?? NOTHING;
  const isEmpty = !frames.some(({ length, fields }) => length > 0 && fields.length > 0);
  if (isEmpty && kind.drawsNothing !== true) return <Said text={fieldConfig.defaults.noValue ?? 'No data'} />;
  return <kind.Draw {...drawing} fieldConfig={fieldConfig} />;
}

function Said({ text, isProblem = false }: { readonly text: string; readonly isProblem?: boolean }) {
  const theme = useTheme2();
  const color = isProblem ? theme.colors.error.text : theme.colors.text.secondary;
  return (
    <p role={isProblem ? 'alert' : undefined} style={{ color, padding: 8, margin: 0, overflowWrap: 'anywhere' }}>
      {text}
    </p>
  );
}

function PanelLinks({ panel, context }: { readonly panel: PanelJson; readonly context: Context }) {
  return (panel.links ?? []).map(({ title, url = '', targetBlank }) => (
    <a
      key={title}
      href={harmless(interpolate(url, context, {}, 'uriencode'))}
      target={targetBlank ? '_blank' : undefined}
      style={{ padding: '0 8px', fontSize: 12, whiteSpace: 'nowrap' }}
    >
      {interpolate(title, context)}
    </a>
  ));
}
