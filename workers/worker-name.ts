import { hostname } from 'node:os';

/** Who did it, in reports and logs: a pod's name, or a machine's, and the process. */
export const workerName = (): string => `${hostname()}-${process.pid}`;
