/**
 * What has not ended by then, in milliseconds, does not mean to: many times what any program takes. A suite made to
 * fail has not so much time.
 */
export const END_WITHIN_MS = Number(process.env['MESH_REBALANCE_TEST_END_WITHIN_MS'] ?? 30_000);
