import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { withFileLock } from '../provision/with-file-lock.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import type { StackFolders } from './stack-folders.ts';
import { writeFileWhole } from './write-file-whole.ts';

const Holder = z.object({ pid: z.int(), startedAt: z.string() });

/** The living supervisor that holds a home; a dead one's record counts for nothing, nor does an unreadable one. */
export function readHolder({ holder }: StackFolders): ProcessIdentity | undefined {
  try {
    const identity = Holder.parse(JSON.parse(readFileSync(holder, 'utf8')));
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the home for this process, exactly one of several that try at once. @returns whether it is ours now */
export async function takeHome(folders: StackFolders, signal: AbortSignal): Promise<boolean> {
  return withFileLock(folders.home, signal, async () => {
    if (readHolder(folders) !== undefined) return false;
    const self = identify(process.pid);
    if (self === undefined) throw new Error('this process does not find itself in the process table');
    writeFileWhole(folders.holder, JSON.stringify(self));
    return true;
  });
}

export const leaveHome = ({ holder }: StackFolders): void => rmSync(holder, { force: true });
