/** The two kinds of process. */
export const WORKER_ROLES = ['orchestrator', 'detector'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];
