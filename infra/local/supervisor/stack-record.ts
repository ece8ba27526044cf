import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { H2gError } from '../../../domain/error.ts';
import { identify } from './process-identity.ts';
import { writeFileWhole } from './write-file-whole.ts';

const StackRecord = z.object({
  schema: z.literal('h2g-stack/1'),
  /** The store that holds this home's objects; another kind could not read them. */
  store: z.enum(['minio', 'versitygw']).optional(),
  standing: z.boolean(),
  /** Bundles whose detectors a standing stack serves. */
  bundles: z.array(z.string()),
  ports: z.record(z.string(), z.record(z.string(), z.int())),
  processes: z.record(z.string(), z.object({ pid: z.int(), startedAt: z.string() })),
});
export type StackRecord = z.infer<typeof StackRecord>;
export type StoreName = NonNullable<StackRecord['store']>;

const EMPTY: StackRecord = { schema: 'h2g-stack/1', standing: false, bundles: [], ports: {}, processes: {} };

/** `stack.json`: what must be known after the supervisor died, above all which processes it left behind. */
export interface StackLedger {
  readonly record: StackRecord;
  update(change: Partial<StackRecord>): void;
  /** Called at once after a spawn. */
  addProcess(name: string, pid: number): void;
}

export function readStackRecord(path: string): StackRecord {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
    throw error;
  }
  try {
    return StackRecord.parse(JSON.parse(text));
  } catch (error) {
    throw new H2gError(
      {
        code: 'internal',
        message: `${path} cannot be read as the record of a local stack, so servers left behind by it cannot be found`,
        hint: `End the temporal, nats-server and minio (or versitygw) processes of this folder by hand, delete ${path}, then try again.`,
      },
      { cause: error },
    );
  }
}

export function openStackLedger(path: string): StackLedger {
  let record = readStackRecord(path);
  const update = (change: Partial<StackRecord>): void => {
    record = { ...record, ...change };
    writeFileWhole(path, `${JSON.stringify(record, null, 2)}\n`);
  };
  const addProcess = (name: string, pid: number): void => {
    const identity = identify(pid);
    if (identity !== undefined) update({ processes: { ...record.processes, [name]: identity } });
  };
  return {
    get record() {
      return record;
    },
    update,
    addProcess,
  };
}
