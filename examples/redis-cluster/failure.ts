import type { Failure } from 'opentelemetry-instrumentation-mesh-rebalance';
import { ErrorReply } from 'redis';

/** A node that a plan counts on is not a master of the cluster any more. */
export class NodeGoneError extends Error {
  override readonly name = 'NodeGoneError';
}

/** A slot is owned by a node that the plan did not expect. */
export class OwnershipChangedError extends Error {
  override readonly name = 'OwnershipChangedError';
}

/** The cluster as a whole cannot be worked on. */
export class ClusterDownError extends Error {
  override readonly name = 'ClusterDownError';
}

/** Another controller works on the cluster. */
export class OtherControllerError extends Error {
  override readonly name = 'OtherControllerError';
}

/** The controller was asked to stop between two slots. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Kind of failure by the first word of an error reply. */
const REPLIES: Readonly<Record<string, string>> = {
  // Answer of MIGRATE when the target gives none.
  IOERR: 'node_unreachable',
  CLUSTERDOWN: 'cluster_down',
  MOVED: 'ownership_changed',
  LOADING: 'node_loading',
  OOM: 'out_of_memory',
};

/** An error in the form of the contract. */
export function failureOf(error: unknown): Failure {
  return { errorType: errorTypeOf(error), error };
}

function errorTypeOf(error: unknown): string {
  if (error instanceof OwnershipChangedError) return 'ownership_changed';
  if (error instanceof ClusterDownError) return 'cluster_down';
  if (error instanceof OtherControllerError) return 'other_controller';
  if (error instanceof ErrorReply) return REPLIES[error.message.split(' ', 1)[0] ?? ''] ?? 'error_reply';
  // Everything else is a connection that broke or could not be made.
  return 'node_unreachable';
}
