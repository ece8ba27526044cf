import { asH2gError } from '../domain/error.ts';
import { bundlePrefix } from '../domain/keys.ts';
import type { ObjectStore } from '../domain/object-store.ts';

const NOTHING = bundlePrefix({ id: 'no-such-bundle', version: '0', digest: '' });

/** The cheapest question that needs the bucket and the right to it. @throws H2gError */
export const lookAtStore = (store: Pick<ObjectStore, 'list'>): Promise<unknown> => store.list(NOTHING);

/**
 * A worker that the store refuses must not start: it would take work that others can do, and fail their runs with it. A store that does not
 * answer is waited for later. @throws H2gError `store-denied`, or `object-missing` for a bucket that is not there
 */
export async function requireStoreAccess(store: Pick<ObjectStore, 'list'>): Promise<void> {
  await lookAtStore(store).catch((thrown: unknown) => {
    if (!asH2gError(thrown).retry) throw thrown;
  });
}
