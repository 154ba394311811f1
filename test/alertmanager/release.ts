import { join } from 'node:path';
import type { ProgramName } from '../../tools/program.js';

const SHIPPED = new URL('../../../rules/alertmanager/', import.meta.url).pathname;

/** A release of Alertmanager, and the shipped configuration for it. */
export interface Release {
  readonly version: string;
  /** Path of the configuration. */
  readonly config: string;
  readonly alertmanager: ProgramName;
  readonly amtool: ProgramName;
  /** The release of Prometheus that comes with it. */
  readonly prometheus: '2' | '3';
  readonly hasTeams: boolean;
  /** A number as it is among the details of an incident: from 0.30 on it is sent as such. */
  readonly count: (value: number) => number | string;
}

export const RELEASES: readonly Release[] = [
  {
    version: '0.31',
    config: join(SHIPPED, 'alertmanager.yml'),
    alertmanager: 'alertmanager',
    amtool: 'amtool',
    prometheus: '3',
    hasTeams: true,
    count: (value) => value,
  },
  {
    version: '0.25',
    config: join(SHIPPED, 'alertmanager-0.25.yml'),
    alertmanager: 'alertmanager-0.25',
    amtool: 'amtool-0.25',
    prometheus: '2',
    hasTeams: false,
    count: String,
  },
];
