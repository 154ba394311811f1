/* Needs bash and zsh. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run } from '../../support/process.js';
import { startTestApi, type TestApi } from '../api/control-api.js';

const MAIN = new URL('../../../examples/operator/cli/main.js', import.meta.url).pathname;

/** A session of each shell, with the script sourced, in which somebody has typed `$1` and presses the tab key. */
const SESSIONS = {
  bash: `source <(mesh completion bash)
    COMP_LINE=$1 COMP_POINT=\${#1}
    $(complete -p mesh | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  // Its own completion needs a terminal; what it is given to show is what counts.
  zsh: `autoload -U compinit && compinit -u -d "$TMPDIR/zcompdump"
    source <(mesh completion zsh)
    [[ $_comps[mesh] == _mesh ]] || exit 1
    _describe() { print -l -- "\${candidates[@]%%:*}" }
    words=(\${(z)1}); [[ $1 == *' ' ]] && words+=(''); CURRENT=\${#words}
    _mesh`,
} as const;

describe('the completion scripts of mesh', () => {
  let api: TestApi;
  let folder: string;
  before(async () => {
    api = await startTestApi();
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    writeFileSync(join(folder, 'mesh'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(join(folder, 'mesh'), 0o755);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await api.close();
  });

  for (const [shell, session] of Object.entries(SESSIONS)) {
    it(`complete a command line in ${shell}`, async () => {
      const id = api.waitingPlan();
      const offered = async (line: string) => {
        const env = [`PATH=${folder}:${process.env['PATH']}`, `MESH_CONTROL_URL=${api.url}`, `TMPDIR=${folder}`];
        return (await run('env', [...env, shell, '-c', session, shell, line])).trim().split('\n');
      };
      expect(await offered('mesh shards rebalance pa')).to.deep.equal(['pause']);
      expect(await offered('mesh shards rebalance list --state rebalanceP')).to.deep.equal(['rebalancePending']);
      expect(await offered('mesh shards rebalance approve ')).to.include(id);
    });
  }
});
