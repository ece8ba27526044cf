import { resolve } from 'node:path';
import type { HomeOptions } from './down-stack.ts';
import { connectControl } from './supervisor/control-client.ts';
import type { StackStatus } from './supervisor/control-messages.ts';
import { stackFolders } from './supervisor/stack-folders.ts';

/** What runs in this home just now; undefined if nothing does. Starts nothing and holds nothing. */
export async function stackStatus({ homeDir, signal }: HomeOptions): Promise<StackStatus | undefined> {
  const client = await connectControl(stackFolders(resolve(homeDir)));
  if (client === undefined) return undefined;
  try {
    const answer = await client.ask({ kind: 'status' }, signal);
    return answer.kind === 'status' ? answer.status : undefined;
  } catch (error) {
    // It ended while it was being asked: nothing runs.
    if (client.gone.aborted) return undefined;
    throw error;
  } finally {
    client.close();
  }
}
