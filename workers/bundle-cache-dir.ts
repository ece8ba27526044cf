import { join } from 'node:path';
import { defaultCacheDir } from '../infra/local/default-folders.ts';
import type { Environment } from '../platform/config-variables.ts';

/** Where bundles from the store are kept on this machine, beside the servers that the local stack keeps. */
export const bundleCacheDir = (env: Environment): string => join(defaultCacheDir(env), 'bundles');
