import { slotsIn } from './slots.js';

/** A node from one line of `CLUSTER NODES`. */
export interface ClusterNode {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly isMaster: boolean;
  /** The node is failing, gone, or not yet met. */
  readonly isLost: boolean;
  /** Of two nodes that claim a slot, the one with the higher epoch owns it. */
  readonly configEpoch: number;
  /** Ascending. */
  readonly slots: readonly number[];
  /** Target node id by slot. Known to the node itself only. */
  readonly migrating: ReadonlyMap<number, string>;
  /** Source node id by slot. Known to the node itself only. */
  readonly importing: ReadonlyMap<number, string>;
}

/** Answer of `CLUSTER NODES`: every node that the asked one knows, and its own place among them. */
export interface ClusterNodes {
  readonly nodes: readonly ClusterNode[];
  readonly myself: ClusterNode;
}

const LOST = ['fail', 'fail?', 'handshake', 'noaddr'];
const OPEN_SLOT = /^\[(\d+)-([<>])-(\w+)\]$/;

/** @throws TypeError when the text is no answer to `CLUSTER NODES` */
export function parseClusterNodes(text: string): ClusterNodes {
  const lines = text.split('\n').filter((line) => line !== '');
  const nodes = lines.map(parseLine);
  const myself = nodes[lines.findIndex((line) => flagsOf(line).includes('myself'))];
  if (myself === undefined) throw new TypeError(`not an answer to CLUSTER NODES: ${text}`);
  return { nodes, myself };
}

function flagsOf(line: string): string[] {
  return (line.split(' ')[2] ?? '').split(',');
}

function parseLine(line: string): ClusterNode {
  const [id = '', address = '', , , , , epoch, , ...slots] = line.split(' ');
  const flags = flagsOf(line);
  // host:port@busPort,hostname
  const [, host = '', port] = /^(.*):(\d+)@/.exec(address) ?? [];
  const migrating = new Map<number, string>();
  const importing = new Map<number, string>();
  const owned: number[] = [];
  for (const text of slots) {
    const [, slot, direction, peer = ''] = OPEN_SLOT.exec(text) ?? [];
    if (slot !== undefined) (direction === '>' ? migrating : importing).set(Number(slot), peer);
    else owned.push(...parseRange(text));
  }
  return {
    id,
    host,
    port: Number(port),
    isMaster: flags.includes('master'),
    isLost: flags.some((flag) => LOST.includes(flag)),
    configEpoch: Number(epoch),
    slots: owned,
    migrating,
    importing,
  };
}

function parseRange(text: string): number[] {
  const [first, last = first] = text.split('-');
  return slotsIn({ first: Number(first), last: Number(last) });
}
