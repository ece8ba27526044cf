import { fileURLToPath } from 'node:url';

/** The folder of the bundle that comes with the program, beside this file both in the sources and in what is built of them. */
export const baselineBundleDir = (): string => fileURLToPath(new URL('./baseline', import.meta.url));
