import { packageManifest } from '../../platform/package-root.ts';

/** The version of this program, as package.json has it. */
export const SOFTWARE_VERSION = packageManifest().version;
