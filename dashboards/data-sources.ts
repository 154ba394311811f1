import type { DataSourceReference } from './model.js';
import { reference } from './variable-reference.js';

/** Stores of each kind of telemetry: chosen by the reader. */
export const METRICS_SOURCE: DataSourceReference = { type: 'prometheus', uid: reference('datasource') };
export const TRACES_SOURCE: DataSourceReference = { type: 'tempo', uid: reference('traces') };
export const JAEGER_SOURCE: DataSourceReference = { type: 'jaeger', uid: reference('jaeger') };
export const LOGS_SOURCE: DataSourceReference = { type: 'loki', uid: reference('logs') };
