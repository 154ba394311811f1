import type { MeshNode, Shard } from './mesh.js';
import type { Cancel } from './timeline.js';

/** End of a transfer: the bytes it moved, or the kind of its failure. */
export type TransferResult = { readonly bytes: number } | { readonly errorType: string; readonly message: string };

/** Copies shards between nodes. A controller of your own calls its mesh's here. */
export interface DataPlane {
  /**
   * Copies a shard to a node and hands it over.
   *
   * @param done called once, unless the transfer has been cancelled
   */
  start(shard: Shard, target: MeshNode, done: (result: TransferResult) => void): Cancel;
}
