import type { ClusterNode } from './cluster-nodes.js';
import type { Access, NodeClient } from './connections.js';

/** A master and the connection to it. */
export interface Master {
  readonly node: ClusterNode;
  /** What it has to be told by another node that sends it keys. */
  readonly access: Access;
  readonly client: NodeClient;
}
