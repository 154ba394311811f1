/*
 * The runbooks for a container: LISTEN is the address to listen on. A process of its own, because the page about a
 * controller that is gone must not be gone with it.
 */
import { once } from 'node:events';
import { RUNBOOKS_PORT, startRunbooks } from './server.js';

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
const runbooks = await startRunbooks(RUNBOOKS_PORT, process.env['LISTEN']);
console.log(`${runbooks.url}/ is up`);
if (!ended.signal.aborted) await once(ended.signal, 'abort');
await runbooks.close();
