import { z } from 'zod';

/** What the CLI hands to the supervisor it starts; no secrets, since it is visible in the process table. */
export const SupervisorSettings = z.strictObject({
  homeDir: z.string(),
  store: z.enum(['minio', 'versitygw']),
  binaries: z.strictObject({ temporal: z.string(), nats: z.string(), store: z.string() }),
  /** Program and first arguments of a worker; its role comes last. */
  workerCommand: z.array(z.string()).min(1),
  /** Which build of the program this is; a command of another build replaces an idle supervisor. */
  build: z.string(),
  /** How long an idle stack waits for the next command. */
  lingerMs: z.int().positive(),
});
export type SupervisorSettings = z.infer<typeof SupervisorSettings>;
