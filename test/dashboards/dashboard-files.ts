import { readFileSync } from 'node:fs';

/** The committed files; every test of this folder goes through all of them. */
const FOLDER = new URL('../../../dashboards/', import.meta.url).pathname;
/** The uids of the dashboards, which are also the names of their files. */
export const DASHBOARDS = ['mesh-rebalance-overview', 'mesh-rebalance-oncall', 'mesh-rebalance-plan'] as const;
/** The uid of a dashboard. */
export type DashboardUid = (typeof DASHBOARDS)[number];

/** The parts of a target that the tests read. */
export interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly query?: string;
  readonly legendFormat?: string;
  readonly format?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly interval?: string;
  readonly datasource?: DataSource;
}

/** A reference to a data source. */
export interface DataSource {
  readonly type?: string;
  readonly uid?: string;
}

/** A link of a panel, a field or a dashboard. */
export interface Link {
  readonly title: string;
  readonly url?: string;
  readonly type?: string;
  readonly tags?: readonly string[];
  readonly keepTime?: boolean;
  readonly includeVars?: boolean;
}

/** One property of a field, as an override sets it. */
interface OverrideProperty {
  readonly id: string;
  readonly value?: unknown;
}

/** The parts of a panel that the tests read. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: DataSource;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly Target[];
  readonly links?: readonly Link[];
  readonly panels?: readonly Panel[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly timeFrom?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly { readonly id: string; readonly options?: unknown }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly links?: readonly Link[];
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
      readonly mappings?: readonly { readonly type: string; readonly options: unknown }[];
      readonly custom?: Readonly<Record<string, unknown>>;
    };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options?: unknown };
      readonly properties: readonly OverrideProperty[];
    }[];
  };
}

/** A variable of a dashboard. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: string | { readonly query: string; readonly refId?: string };
  readonly definition?: string;
  readonly datasource?: DataSource;
  readonly regex?: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
  readonly refresh?: number;
  readonly current?: { readonly value?: string | readonly string[] };
}

/** An annotation query of a dashboard. */
interface Annotation {
  readonly name: string;
  readonly builtIn?: number;
  readonly enable: boolean;
  readonly hide?: boolean;
  readonly expr?: string;
  readonly datasource: DataSource;
  readonly target?: Target;
}

/** The parts of a dashboard that the tests read. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly editable?: boolean;
  readonly graphTooltip?: number;
  readonly refresh?: string;
  readonly timezone?: string;
  readonly schemaVersion: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly links?: readonly Link[];
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
}

/** The text of a committed file of this folder. */
export function fileText(name: string): string {
  return readFileSync(`${FOLDER}${name}`, 'utf8');
}

/** A committed dashboard. */
export function readDashboard(uid: DashboardUid): Dashboard {
  return JSON.parse(fileText(`${uid}.json`)) as Dashboard;
}

/** Every panel with its row's panels in their place, rows themselves left out. */
export function panelsOf({ panels }: Pick<Dashboard, 'panels'>): Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? [...(panel.panels ?? [])] : [panel]));
}

/** Panels that show what a data source answers. */
export function dataPanelsOf(dashboard: Pick<Dashboard, 'panels'>): Panel[] {
  return panelsOf(dashboard).filter(({ type }) => type !== 'text' && type !== 'dashlist');
}

/** Every link of a panel, those of its fields included. */
export function linksOf({ links = [], fieldConfig }: Panel): Link[] {
  const ofOverrides = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'links')
    .flatMap(({ value }) => value as Link[]);
  return [...links, ...(fieldConfig?.defaults.links ?? []), ...ofOverrides];
}
