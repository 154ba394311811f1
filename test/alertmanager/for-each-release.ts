import { type ProgramName, program } from '../../tools/program.js';
import { Cleanup } from '../support/cleanup.js';
import { Alertmanager } from './alertmanager.js';
import type { Changes } from './configuration.js';
import { RELEASES, type Release } from './release.js';
import { StandIn } from './stand-in.js';

/** A machine that has none of its modules yet takes minutes. */
const BUILD_MS = 1_800_000;

/** An Alertmanager, and whom it notifies. */
interface Notifying {
  readonly alertmanager: Alertmanager;
  readonly standIn: StandIn;
}

/** What the tests of one release have. */
export interface Setup {
  readonly release: Release;
  /** Starts both for the test at hand. */
  readonly start: (changes?: Omit<Changes, 'receivers'>) => Promise<Notifying>;
  /** What else the test at hand starts. */
  readonly cleanup: Cleanup;
}

/** A suite of tests with each release of Alertmanager. */
export function forEachRelease(
  title: (release: Release) => string,
  { timeoutMs, programs = ({ alertmanager }) => [alertmanager] }: SuiteOptions,
  tests: (setup: Setup) => void,
): void {
  for (const release of RELEASES) {
    describe(title(release), function () {
      if (timeoutMs !== undefined) this.timeout(timeoutMs);
      const cleanup = Cleanup.forEachTest();
      before(async function () {
        this.timeout(BUILD_MS);
        for (const name of programs(release)) await program(name);
      });
      const start: Setup['start'] = async (changes = {}) => {
        const standIn = await cleanup.use(StandIn.start());
        const alertmanager = await cleanup.use(Alertmanager.start(release, { receivers: standIn.url, ...changes }));
        return { alertmanager, standIn };
      };
      tests({ release, start, cleanup });
    });
  }
}

interface SuiteOptions {
  readonly timeoutMs?: number;
  /** That are needed; default: Alertmanager alone. */
  readonly programs?: (release: Release) => readonly ProgramName[];
}
