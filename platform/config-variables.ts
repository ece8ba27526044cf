import { z } from 'zod';
import { H2gError } from '../domain/error.ts';
import { PROVIDERS } from '../domain/provider.ts';
import { isSubmitter, SUBMITTER_RULE } from '../domain/submitter.ts';

/** Read by whoever owns the process and passed in: nothing in `platform/` looks at the environment itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const Text = z.string().optional();
const List = z.string().default('').transform(splitList);

const httpUrl = 'must be an http:// or https:// URL, for example http://127.0.0.1:9000';
const natsUrl = 'must be one or more nats:// or tls:// URLs, for example nats://127.0.0.1:4222';
const hostPort = 'must be host:port, for example 127.0.0.1:7233';
const upToADay = 'must be a whole number of seconds from 1 to 86400';
const upTo5 = 'must be a whole number from 1 to 5';
const upTo256 = 'must be a whole number from 1 to 256';

const Flag = z.enum(['true', 'false', '1', '0', 'yes', 'no'], { error: 'must be true or false' });
const isYes = (text: string): boolean => ['true', '1', 'yes'].includes(text);
const HostPort = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, hostPort);

const NATS_URL = /^(nats|tls):\/\/[^\s,]+$/;

const Seconds = z
  .string()
  .regex(/^\d+$/, upToADay)
  .transform(Number)
  .pipe(z.number().min(1, upToADay).max(86_400, upToADay));
const UpTo256 = z.string().regex(/^\d+$/, upTo256).transform(Number).pipe(z.number().min(1, upTo256).max(256, upTo256));

/** Every variable, its default and what it may be. */
const Variables = z.object({
  H2G_TEMPORAL_ADDRESS: HostPort.optional(),
  H2G_TEMPORAL_NAMESPACE: z.string().default('default'),
  H2G_TEMPORAL_TLS: Flag.default('false').transform(isYes),
  H2G_TEMPORAL_CA: Text,
  H2G_TEMPORAL_CERT: Text,
  H2G_TEMPORAL_KEY: Text,
  H2G_TEMPORAL_API_KEY: Text,
  H2G_NATS_URL: z
    .string()
    .refine((text) => splitList(text).every((url) => NATS_URL.test(url)) && splitList(text).length > 0, natsUrl)
    .optional(),
  H2G_NATS_REPLICAS: z
    .string()
    .regex(/^[1-5]$/, upTo5)
    .default('1')
    .transform(Number),
  H2G_NATS_CA: Text,
  H2G_NATS_CERT: Text,
  H2G_NATS_KEY: Text,
  H2G_NATS_CREDS: Text,
  H2G_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: httpUrl }).optional(),
  H2G_S3_REGION: z.string().default('us-east-1'),
  H2G_S3_BUCKET: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'must be a bucket name: 3 to 63 lower-case letters, digits, dots, hyphens',
    )
    .default('h2g'),
  H2G_S3_ACCESS_KEY: Text,
  H2G_S3_SECRET_KEY: Text,
  H2G_S3_SESSION_TOKEN: Text,
  AWS_ACCESS_KEY_ID: Text,
  AWS_SECRET_ACCESS_KEY: Text,
  AWS_SESSION_TOKEN: Text,
  H2G_PROVIDERS: z
    .string()
    .default('cpu')
    .transform(splitList)
    .pipe(z.array(z.enum(PROVIDERS, { error: `must be a list of ${PROVIDERS.join(', ')}` })).min(1)),
  H2G_BUNDLES: List,
  H2G_DETECTOR_THREADS: UpTo256.optional(),
  H2G_BATCH_SECONDS: Seconds.optional().default(300),
  H2G_DRAIN_SECONDS: Seconds.optional().default(15),
  H2G_DETECTING_RUNS: UpTo256.optional().default(16),
  H2G_ALLOW_FILE_SLIDES: Flag.default('false').transform(isYes),
  H2G_SLIDE_PREFIXES: List,
  H2G_BUNDLE: Text,
  H2G_SUBMITTER: z.string().refine(isSubmitter, `must be ${SUBMITTER_RULE}`).optional(),
  H2G_HTTP_ADDRESS: HostPort.optional(),
  H2G_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  H2G_HOME: Text,
  H2G_CACHE: Text,
});
export type Variables = z.infer<typeof Variables>;

/** Compose files and charts hand on empty strings for what is not set. */
export const withoutEmpty = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );

/** A password, or an address with one in it. */
const isSecret = (name: string, value: string): boolean => /KEY|TOKEN/.test(name) || value.includes('@');

/** @throws H2gError `usage`, naming every variable that is wrong */
export function parseVariables(env: Environment): Variables {
  const given = withoutEmpty(env);
  const parsed = Variables.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = new Map(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const text = given[name] ?? '';
      const value = isSecret(name, text) ? '(hidden)' : `"${text}"`;
      return [name, `${name} ${message}, not ${value}`];
    }),
  );
  throw new H2gError({
    code: 'usage',
    message: `The configuration is wrong: ${[...problems.values()].join('; ')}.`,
    hint: 'Correct the environment variables named here, or unset them to take the defaults.',
  });
}
