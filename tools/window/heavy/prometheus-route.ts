import { Problem } from '../../../examples/operator/api/problem.js';
import type { WindowRoute } from '../server/route.js';

const PREFIX = '/api/prometheus/api/v1/';
/** What only reads. */
const PATHS = /^(query|query_range|query_exemplars|label\/\w+\/values)$/;
const WITHIN_MS = 25_000;

/**
 * Passes queries on to a Prometheus, and its answers back, whatever they say.
 *
 * @param url without a slash at its end
 */
export function prometheusRoute(url: string): WindowRoute {
  return async ({ path, query, response }) => {
    if (!path.startsWith(PREFIX)) return false;
    const asked = path.slice(PREFIX.length);
    if (!PATHS.test(asked)) throw new Problem(404, 'The window asks Prometheus nothing else.');
    const answer = await fetch(`${url}/api/v1/${asked}?${query}`, { signal: AbortSignal.timeout(WITHIN_MS) }).catch(
      (error: Error) => {
        throw new Problem(502, `Prometheus at ${url} does not answer: ${causeOf(error)}`);
      },
    );
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
    return true;
  };
}

/** What fetch says is only that it failed. */
export function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
