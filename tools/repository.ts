import { join } from 'node:path';

/** The folder that this was compiled in, which holds `build/`. */
export const REPOSITORY = new URL('../../', import.meta.url).pathname;

/** Where what was built or unpacked is kept. */
export const CACHE = join(REPOSITORY, '.cache');
