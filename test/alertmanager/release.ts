import { join } from 'node:path';
import { program } from '../../tools/program.js';

const SHIPPED = new URL('../../../rules/alertmanager/', import.meta.url).pathname;

/** A release of Alertmanager that a shipped configuration is for. */
export interface Release {
  readonly version: string;
  /** Path of the shipped configuration. */
  readonly config: string;
  readonly alertmanager: () => Promise<string>;
  readonly amtool: () => Promise<string>;
  readonly hasTeams: boolean;
}

export const RELEASES: readonly Release[] = [
  {
    version: '0.31',
    config: join(SHIPPED, 'alertmanager.yml'),
    alertmanager: () => program('alertmanager'),
    amtool: () => program('amtool'),
    hasTeams: true,
  },
  {
    version: '0.25',
    config: join(SHIPPED, 'alertmanager-0.25.yml'),
    alertmanager: () => program('alertmanager-0.25'),
    amtool: () => program('amtool-0.25'),
    hasTeams: false,
  },
];
