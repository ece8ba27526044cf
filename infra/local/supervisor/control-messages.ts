import { z } from 'zod';

/** Raised when a message changes its meaning; a supervisor of another version is told to go `down` first. */
export const PROTOCOL = 1;

const S3 = z.object({
  endpoint: z.string(),
  region: z.string(),
  bucket: z.string(),
  accessKey: z.string(),
  secretKey: z.string(),
});

export const StackAddresses = z.object({
  /** `host:port` of the gRPC frontend. */
  temporal: z.string(),
  temporalUi: z.string(),
  nats: z.string(),
  s3: S3,
});
export type StackAddresses = z.infer<typeof StackAddresses>;

const ErrorShape = z.object({ code: z.string(), message: z.string(), hint: z.string() });

const ProcessStatus = z.object({
  name: z.string(),
  state: z.enum(['starting', 'ready', 'waiting', 'stopped']),
  pid: z.int().optional(),
  restarts: z.int(),
  lastError: ErrorShape.optional(),
});

export const StackStatus = z.object({
  standing: z.boolean(),
  /** Commands that hold the stack just now. */
  leases: z.int(),
  supervisorPid: z.int(),
  store: z.enum(['minio', 'versitygw']),
  addresses: StackAddresses,
  processes: z.array(ProcessStatus),
  logsDir: z.string(),
});
export type StackStatus = z.infer<typeof StackStatus>;

/** One JSON object a line. `lease` holds the stack for as long as its connection lives. */
export const ControlRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lease'), id: z.int(), build: z.string() }),
  z.object({ kind: z.literal('ensureDetector'), id: z.int(), bundleUrl: z.string() }),
  z.object({ kind: z.literal('up'), id: z.int(), build: z.string() }),
  z.object({ kind: z.literal('down'), id: z.int() }),
  z.object({ kind: z.literal('status'), id: z.int() }),
]);
export type ControlRequest = z.infer<typeof ControlRequest>;

export const ControlAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('addresses'), addresses: StackAddresses }),
  z.object({ kind: z.literal('status'), status: StackStatus }),
  z.object({ kind: z.literal('done') }),
  /** It is on its way down and takes no more requests: wait for its end, then start another. */
  z.object({ kind: z.literal('stopping') }),
  z.object({ kind: z.literal('error'), error: ErrorShape }),
]);
export type ControlAnswer = z.infer<typeof ControlAnswer>;

export const ControlReply = z.object({ id: z.int(), protocol: z.int(), answer: ControlAnswer });
export type ControlReply = z.infer<typeof ControlReply>;
