import { resolve } from 'node:path';
import { connectControl } from './supervisor/control-client.ts';
import { endOrphans } from './supervisor/end-orphans.ts';
import { leaveHome, takeHome } from './supervisor/home-holder.ts';
import { holderGone } from './supervisor/reach-stack.ts';
import { makeStackFolders, type StackFolders, stackFolders } from './supervisor/stack-folders.ts';
import { openStackLedger } from './supervisor/stack-record.ts';

export interface HomeOptions {
  readonly homeDir: string;
  readonly signal?: AbortSignal;
}

/**
 * Ends the home's servers and workers, also those that a killed supervisor left behind, and waits until they are gone.
 * @returns whether there was anything to end
 */
export async function downStack({ homeDir, signal = new AbortController().signal }: HomeOptions): Promise<boolean> {
  const folders = stackFolders(resolve(homeDir));
  await makeStackFolders(folders);
  const client = await connectControl(folders);
  if (client === undefined) return endLeftBehind(folders, signal);
  try {
    await client.ask({ kind: 'down' }, signal);
  } catch (error) {
    // It was killed before it could answer: what it ran is ours to end.
    if (error !== client.gone.reason) throw error;
    await holderGone(folders, signal);
    return endLeftBehind(folders, signal);
  } finally {
    client.close();
  }
  await holderGone(folders, signal);
  return true;
}

async function endLeftBehind(folders: StackFolders, signal: AbortSignal): Promise<boolean> {
  if (!(await takeHome(folders, signal))) {
    await holderGone(folders, signal);
    return true;
  }
  try {
    const ledger = openStackLedger(folders.record);
    ledger.update({ standing: false, bundles: [] });
    return (await endOrphans(ledger)).length > 0;
  } finally {
    leaveHome(folders);
  }
}
