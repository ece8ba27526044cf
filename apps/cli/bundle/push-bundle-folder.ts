import { modelToken } from '../../../domain/bundle.ts';
import { H2gError } from '../../../domain/error.ts';
import { loadConfig } from '../../../platform/config.ts';
import { createS3Store } from '../../../platform/s3/s3-store.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { pickLocalBundle } from '../run/pick-bundle.ts';
import { placeBundle } from '../run/place-bundle.ts';
import { queueLine } from './queue-line.ts';

/** `h2g bundle push DIR`: a bundle that is sound, in the store from which detectors take it. One that is there already stays as it is. */
export async function pushBundleFolder(dir: string, { env, folder, signal }: CliContext): Promise<CommandAnswer> {
  const { ref } = await pickLocalBundle(dir, folder);
  const { servers } = loadConfig(env);
  if (servers === undefined) throw noStore();
  const store = createS3Store(servers.s3);
  try {
    const { id, version, url } = await placeBundle(ref, { backend: { kind: 'configured', store }, signal });
    return {
      exitCode: EXIT_CODES.done,
      lines: [`${id} ${version} is in the store: ${url}`, queueLine(ref)],
      json: { id, version, url, model: modelToken(ref) },
    };
  } finally {
    store.close();
  }
}

const noStore = (): H2gError =>
  new H2gError({
    code: 'usage',
    message: 'No store is configured, and local detectors read a bundle where it lies.',
    hint: 'Set H2G_S3_ENDPOINT, its keys and H2G_TEMPORAL_ADDRESS (README, "In production"), or give --bundle DIR to h2g run.',
  });
