import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import { loadConfig } from '../../../platform/config.ts';
import type { Environment } from '../../../platform/config-variables.ts';

/** Which bundle, a folder or `s3:` URL: the one that the command line names, else the site's, else the one that comes with the program. */
export const bundleOf = (named: string | undefined, env: Environment): string =>
  named ?? loadConfig(env).bundle ?? baselineBundleDir();
