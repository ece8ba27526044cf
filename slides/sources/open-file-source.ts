import { open, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ByteRange, ByteSource, OpenByteSource } from '../../domain/byte-source.ts';
import { slideError } from '../slide-error.ts';
import { pastTheEnd } from './past-the-end.ts';

const REASONS: Partial<Record<string, string>> = {
  EACCES: 'may not be read by this account',
  EPERM: 'may not be read by this account',
  EISDIR: 'is a folder, not a slide',
  ENAMETOOLONG: 'has a name that is too long',
};

/** Opens a `file:` URL; its version is size and time of change. */
export const openFileSource: OpenByteSource = async (url, options) => {
  options?.signal?.throwIfAborted();
  const path = fileURLToPath(url);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw openError(path, error);
  });
  try {
    const { sizeBytes, version } = await identify(file, path);
    if (options?.version !== undefined && options.version !== version) throw changed(path, options.version, version);
    return fileSource({ url, path, file, sizeBytes, version });
  } catch (error) {
    await file.close();
    throw error;
  }
};

function openError(path: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return slideError('slide-missing', path, 'does not exist.');
  const reason = REASONS[error.code ?? ''];
  if (reason !== undefined) return slideError('slide-unreadable', path, `${reason}.`, { cause: error });
  return slideError('slide-io', path, `could not be opened: ${error.message}.`, { cause: error });
}

async function identify(file: FileHandle, path: string): Promise<{ sizeBytes: number; version: string }> {
  const facts = await file.stat({ bigint: true });
  if (facts.isDirectory()) throw slideError('slide-unreadable', path, 'is a folder, not a slide.');
  return { sizeBytes: Number(facts.size), version: `${facts.size}-${facts.mtimeNs}` };
}

interface OpenFile {
  readonly url: URL;
  readonly path: string;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly version: string;
}

function fileSource({ url, path, file, sizeBytes, version }: OpenFile): ByteSource {
  let closing: Promise<void> | undefined;
  return {
    url,
    sizeBytes,
    version,
    async fetch(range, options) {
      options?.signal?.throwIfAborted();
      if (range.offset + range.length > sizeBytes) throw pastTheEnd(path, range, sizeBytes);
      const bytes = await readFully(file, range, path);
      // Asked after reading: what was read is then known to be of the pinned version.
      const now = await identify(file, path);
      if (now.version !== version) throw changed(path, version, now.version);
      options?.signal?.throwIfAborted();
      return bytes;
    },
    close: () => (closing ??= file.close()),
  };
}

async function readFully(file: FileHandle, { offset, length }: ByteRange, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done).catch((error: Error) => {
      throw slideError('slide-io', path, `could not be read at byte ${offset}: ${error.message}.`, { cause: error });
    });
    // The file became shorter than it was: what is left is seen as a change.
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes;
}

const changed = (path: string, pinned: string, found: string): Error =>
  slideError('slide-changed', path, `has changed: expected version ${pinned}, found ${found}.`);
