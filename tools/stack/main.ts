import { Command } from 'commander';
import { parseTime } from '../../examples/stack/options.js';
import { freePort } from '../../examples/stack/program.js';
import { interruption, untilInterrupted } from '../until-interrupted.js';
import { bundledPage } from '../window/heavy/bundle.js';
import { WINDOW_PORT } from '../window/server/server.js';
import { startNatively } from './native.js';
import { openStackWindow } from './window.js';

const command = new Command('stack')
  .description('Starts what examples/stack/compose.yaml describes, without containers.')
  .option('--for <time>', 'end by itself after a time such as 60s or 5m', parseTime)
  .parse();
const { for: limit } = command.opts<{ for?: number }>();
await untilInterrupted(async (shutdown, signal) => {
  const bundle = await bundledPage();
  const port = await freePort(WINDOW_PORT);
  const { addresses, events, leftOut } = await startNatively(`127.0.0.1:${port}`, shutdown, signal);
  const at = (service: string, port: number) => `http://${addresses.get(service)}:${port}`;
  const parts = {
    port,
    bundle,
    control: at('controller', 7070),
    prometheus: at('prometheus', 9090),
    jaeger: at('jaeger', 16_686),
    events,
  };
  const page = await openStackWindow(parts, shutdown);
  process.stdout.write(`${page} shows all of it in a browser.

Not started, because they need their images: ${leftOut.join(', ')}. README.md says how to have them.

  controller    ${at('controller', 9464)}/metrics
  control API   ${at('controller', 7070)}
  prometheus    ${at('prometheus', 9090)}
  alertmanager  ${at('alertmanager', 9093)}
  jaeger        ${at('jaeger', 16_686)}
  runbooks      ${page}runbooks/
  log events    ${events}

In another terminal:

  export MESH_CONTROL_URL=${at('controller', 7070)} MESH_CONTROL_TOKEN=stack
  npm run -s mesh -- shards rebalance list
  npm run -s mesh -- shards rebalance approve -- PLAN
  curl -s '${at('prometheus', 9090)}/api/v1/query?query=mesh_rebalance_plan_info'
  curl -s ${at('jaeger', 16_686)}/api/traces/TRACE_ID
  grep TRACE_ID ${events}

Ctrl-C ends everything.
`);
  await interruption(signal, limit);
});
