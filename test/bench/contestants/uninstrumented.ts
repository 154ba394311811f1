import type { Attach } from './contestant.js';

/** An emitter that nobody listens to. */
export const uninstrumented: Attach = () => ({
  async collect() {},
  async verify() {},
  async detach() {},
});
