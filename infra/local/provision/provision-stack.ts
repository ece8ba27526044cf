import { H2gError, asH2gError } from '../../../domain/error.ts';
import type { StoreName } from '../supervisor/stack-record.ts';
import { findGo } from './build-with-go.ts';
import { isAtHand, type ProvisionOptions, provisionServer } from './provision-server.ts';

export interface StackBinaries {
  readonly store: StoreName;
  readonly binaries: { readonly temporal: string; readonly nats: string; readonly store: string };
}

const STORES: readonly StoreName[] = ['minio', 'versitygw'];

/**
 * Gets the three servers side by side; if one cannot be had, work on the others ends.
 * @param recorded the store that already holds this home's objects, if any
 */
export async function provisionStack(
  options: ProvisionOptions,
  recorded: StoreName | undefined,
): Promise<StackBinaries> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const each = { ...options, signal };
  const work = [
    provisionServer('temporal', each),
    provisionServer('nats', each),
    provisionStore(each, recorded),
  ] as const;
  try {
    const [temporal, nats, { store, path }] = await Promise.all(work);
    return { store, binaries: { temporal, nats, store: path } };
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

/** MinIO where it is or can be built, else VersityGW, which publishes binaries; but what holds the data already stays. */
async function provisionStore(
  options: ProvisionOptions,
  recorded: StoreName | undefined,
): Promise<{ store: StoreName; path: string }> {
  const fixed = storeOfEnvironment(options.env) ?? recorded;
  if (fixed !== undefined) return { store: fixed, path: await provisionServer(fixed, options) };
  if ((await isAtHand('minio', options)) || (await findGo(options.env)) !== undefined) {
    try {
      return { store: 'minio', path: await provisionServer('minio', options) };
    } catch (error) {
      // Go was there, but its build did not succeed; the other store can still be downloaded.
      const { code, message } = asH2gError(error);
      if (code !== 'server-unavailable') throw error;
      options.onProgress({
        server: 'versitygw',
        phase: 'found',
        detail: `takes MinIO's place: ${message}`,
        seconds: 0,
      });
    }
  }
  return { store: 'versitygw', path: await provisionServer('versitygw', options) };
}

function storeOfEnvironment(env: NodeJS.ProcessEnv): StoreName | undefined {
  const wanted = env['H2G_LOCAL_STORE'];
  if (wanted === undefined || wanted === '') return undefined;
  const store = STORES.find((name) => name === wanted);
  if (store !== undefined) return store;
  throw new H2gError({
    code: 'usage',
    message: `H2G_LOCAL_STORE is ${wanted}, which is none of ${STORES.join(', ')}`,
    hint: `Set it to ${STORES.join(' or ')}, or unset it.`,
  });
}
