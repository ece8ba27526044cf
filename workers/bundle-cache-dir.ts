import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../platform/config.ts';

/** Where bundles from the store are kept on this machine. */
export const bundleCacheDir = ({ cache }: Pick<Config, 'cache'>): string =>
  join(cache ?? join(homedir(), '.cache', 'h2g'), 'bundles');
