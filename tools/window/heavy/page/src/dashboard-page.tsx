import type { AbsoluteTimeRange, TimeRange } from '@grafana/data';
import { Alert, Icon, useTheme2 } from '@grafana/ui';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { goTo, withParameters } from './address';
import { answerOf } from './answer';
import { absolute, Controls, refreshMillis } from './controls';
import type { AnnotationQuery, Dashboard, Panel as PanelJson } from './dashboard';
import type { Context } from './interpolate';
import { placesOf, type Section, sectionsOf } from './layout';
import { type Mark, marksOf } from './marks';
import { Panel } from './panel';
import { useReady } from './ready';
import type { Settings } from './settings';
import { type Clock, timeParameters, timeRangeOf } from './time';
import { type Choices, chooseAll, missingChoice } from './variables';

/** Between two questions while a page waits for the first of what it is about. */
const FIRST_MS = 2_000;

interface PageProps {
  readonly dashboard: Dashboard;
  readonly settings: Settings;
  readonly address: URL;
  readonly clock: Clock;
  readonly width: number;
}

/** A dashboard with its controls. */
export function DashboardPage({ dashboard, settings, address, clock, width }: PageProps) {
  const [round, setRound] = useState(0);
  const [drawn, setDrawn] = useState<ReadonlyMap<number, Context>>(new Map());
  const [opened, setOpened] = useState<ReadonlyMap<number, boolean>>(new Map());
  const parameters = address.searchParams;
  const refresh = parameters.get('refresh') ?? (settings.now === undefined ? (dashboard.refresh ?? '') : '');
  const [from, to] = [parameters.get('from'), parameters.get('to')];
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each round, now is later
  const range = useMemo(() => {
    const fallback = { from: settings.from ?? dashboard.time.from, to: settings.to ?? dashboard.time.to };
    return timeRangeOf(parameters, fallback, clock);
  }, [from, to, dashboard, settings, clock, round]);
  const chosenText = [...parameters].filter(([name]) => name.startsWith('var-')).join('\n');
  const [choices, setChoices] = useState<Choices & Question>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is in its text
  useEffect(() => {
    let current = true;
    void chooseAll(dashboard.templating.list, parameters, range).then(
      (found) => current && setChoices({ ...found, range, chosenText }),
    );
    return () => {
      current = false;
    };
  }, [dashboard, chosenText, range]);
  const again = useCallback(() => setRound((count) => count + 1), []);
  // A history has no more to come.
  const missing = choices && settings.now === undefined ? missingChoice(choices) : undefined;
  const millis = missing === undefined ? refreshMillis(refresh) : FIRST_MS;
  useEffect(() => {
    if (millis === undefined) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && again(), millis);
    return () => clearInterval(timer);
  }, [millis, again]);
  const context: Context | undefined = choices;
  const onRange = useCallback((chosen: AbsoluteTimeRange) => {
    goTo(withParameters(new URL(location.href), timeParameters(absolute(chosen))));
  }, []);
  const onDrawn = useCallback((id: number, of: Context) => setDrawn((before) => new Map([...before, [id, of]])), []);
  const sections = useMemo(() => sectionsOf(dashboard.panels), [dashboard]);
  const isOpen = ({ row }: Section) =>
    row === undefined || (opened.get(row.id) ?? (!row.collapsed || parameters.get('rows') === 'open'));
  const shown = missing === undefined ? sections : [];
  const awaited = shown.filter(isOpen).flatMap(({ panels }) => panels);
  const isAnswered = choices?.range === range && choices.chosenText === chosenText;
  const isDrawn = isAnswered && awaited.every(({ id }) => drawn.get(id) === choices);
  // Last: panels do not wait for what only decorates them.
  const { marks, of } = useMarks(dashboard.annotations.list, isDrawn ? choices : undefined);
  useEffect(() => {
    if (isDrawn) performance.mark('last panel');
  }, [isDrawn]);
  useReady(isDrawn && of === choices, address);
  useEffect(() => {
    if (drawn.size > 0 && performance.getEntriesByName('first panel').length === 0) performance.mark('first panel');
  }, [drawn]);
  return (
    <>
      <div style={{ padding: '0 0 8px' }}>
        {choices && (
          <Controls
            chosen={choices.chosen}
            onChoose={(name, values) => goTo(withParameters(address, { [`var-${name}`]: values }))}
            range={range}
            onRange={(chosen) => goTo(withParameters(address, timeParameters(chosen)))}
            refresh={refresh}
            onRefresh={again}
            onInterval={(interval) => goTo(withParameters(address, { refresh: interval }))}
            loading={!isDrawn}
          />
        )}
      </div>
      {choices && choices.problems.length > 0 && (
        <Alert title="What can be chosen could not be asked" severity="error">
          {[...new Set(choices.problems)].join('\n')}
        </Alert>
      )}
      {missing && (
        <Alert title={`There is no ${(missing.label ?? missing.name).toLowerCase()} yet`} severity="info">
          The page waits for the first one in the shown time, and goes on by itself.
        </Alert>
      )}
      {context &&
        shown.map((section) => (
          <div key={section.row?.id ?? 0}>
            {section.row && (
              <Heading
                row={section.row}
                isOpen={isOpen(section)}
                onToggle={() => setOpened(new Map([...opened, [section.row?.id ?? 0, !isOpen(section)]]))}
              />
            )}
            {isOpen(section) && (
              <Panels panels={section.panels} width={width} {...{ context, marks, onRange, onDrawn }} />
            )}
          </div>
        ))}
    </>
  );
}

/** What the choices were asked for. */
interface Question {
  readonly range: TimeRange;
  readonly chosenText: string;
}

interface PanelsProps {
  readonly panels: readonly PanelJson[];
  readonly width: number;
  readonly context: Context;
  readonly marks: readonly Mark[];
  readonly onRange: (range: AbsoluteTimeRange) => void;
  readonly onDrawn: (id: number, context: Context) => void;
}

function Panels({ panels, width, ...common }: PanelsProps) {
  const { places, height } = placesOf(panels, width);
  return (
    <div style={{ position: 'relative', height }}>
      {places.map(({ panel, left, top, ...size }) => (
        <div key={panel.id} style={{ position: 'absolute', left, top, ...size }}>
          <Panel panel={panel} {...size} {...common} />
        </div>
      ))}
    </div>
  );
}

function Heading({
  row,
  isOpen,
  onToggle,
}: {
  readonly row: PanelJson;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const theme = useTheme2();
  return (
    <h2 style={{ fontSize: theme.typography.h5.fontSize, margin: '4px 0 8px' }}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        style={{
          all: 'unset',
          cursor: 'pointer',
          outline: 'revert',
          display: 'inline-flex',
          alignItems: 'center',
          gap: 4,
        }}
      >
        <Icon name={isOpen ? 'angle-down' : 'angle-right'} />
        {row.title}
        {!isOpen && <small style={{ color: theme.colors.text.secondary }}>({row.panels?.length} panels)</small>}
      </button>
    </h2>
  );
}

/** Marks, and what was chosen when they were asked for. */
interface Marked {
  readonly marks: readonly Mark[];
  readonly of: Context | undefined;
}

const NO_MARKS: Marked = { marks: [], of: undefined };

function useMarks(queries: readonly AnnotationQuery[], context: Context | undefined): Marked {
  const [marked, setMarked] = useState(NO_MARKS);
  useEffect(() => {
    if (context === undefined) return;
    const ended = new AbortController();
    const enabled = queries.filter(({ enable, expr }) => enable !== false && expr !== undefined);
    void Promise.allSettled(enabled.map((query) => marksOf(query, context, ended.signal))).then((answers) => {
      if (ended.signal.aborted) return;
      // A graph without its marks is still a graph, and a panel tells of a store that does not answer.
      const marks = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      setMarked({ marks, of: context });
    });
    return () => ended.abort();
  }, [queries, context]);
  return marked;
}

/** The JSON of a dashboard. */
export function readDashboard(uid: string): Promise<Dashboard> {
  return answerOf<Dashboard>(`/api/dashboards/${encodeURIComponent(uid)}`);
}
