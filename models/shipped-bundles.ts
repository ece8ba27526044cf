import { fileURLToPath } from 'node:url';

const beside = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** The folder of the hand-made bundle that comes with the program, beside this file both in the sources and in what is built of them. */
export const baselineBundleDir = (): string => beside('baseline');

/** The folder of the trained bundle that `h2g demo` uses. */
export const demoBundleDir = (): string => beside('demo');

/** Whether a folder is one of the program's own, whose networks its tests have tried. */
export const isShippedBundle = (dir: string): boolean => [baselineBundleDir(), demoBundleDir()].includes(dir);
