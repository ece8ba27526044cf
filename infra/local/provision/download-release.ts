import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { H2gError } from '../../../domain/error.ts';
import type { Release } from '../servers/server-definition.ts';
import { DownloadFailure, downloadFile, downloadText } from './download-file.ts';
import { extractBinary } from './extract-binary.ts';
import { hostPlatform } from './host-platform.ts';
import type { ProvisionTask } from './provision-server.ts';

/** A mirror keeps the paths of the release pages: `<base>/<owner>/<repository>/releases/download/<tag>/<file>`. */
const DEFAULT_BASE = 'https://github.com';

/**
 * Fetches the official archive, checks it against the checksum file beside it, and puts the binary in its place.
 * @returns why it was not possible, or undefined when the binary is there
 * @throws H2gError `download-failed` if the digest is wrong: that is never a reason to look elsewhere in silence
 */
export async function downloadRelease(task: ProvisionTask): Promise<string | undefined> {
  const { release } = task.definition;
  if (release === undefined) return 'its makers publish no binaries';
  const archiveName = release.archive(hostPlatform());
  const archive = join(dirname(task.target), `${archiveName}.part`);
  try {
    const expected = await publishedDigest(task, release, archiveName);
    await downloadFile(releaseUrl(task, release, archiveName), archive, task);
    await verify(archive, { archiveName, expected, url: releaseUrl(task, release, archiveName) });
    await extractBinary(archive, task);
    await rm(archive, { force: true });
    return undefined;
  } catch (error) {
    if (error instanceof DownloadFailure) return error.message;
    throw error;
  }
}

const releaseUrl = ({ env }: ProvisionTask, { repository, tag }: Release, file: string): string =>
  `${(env['H2G_DOWNLOAD_BASE'] || DEFAULT_BASE).replace(/\/+$/, '')}/${repository}/releases/download/${tag}/${file}`;

async function publishedDigest(task: ProvisionTask, release: Release, archiveName: string): Promise<string> {
  const url = releaseUrl(task, release, release.checksumFile);
  const digest = digestOf(archiveName, await downloadText(url, task.signal));
  if (digest === undefined) throw new DownloadFailure(`${url} does not list ${archiveName}`);
  return digest;
}

/** The form of sha256sum: digest, blanks (or blank and asterisk), name. @example digestOf('a.tar.gz', '<64 hex>  a.tar.gz\n') */
export function digestOf(name: string, checksums: string): string | undefined {
  const lines = checksums.split(/\r?\n/).map((line) => /^([0-9a-f]{64})\s+\*?(.+)$/i.exec(line.trim()));
  return lines.find((line) => line?.[2] === name)?.[1]?.toLowerCase();
}

interface Verification {
  readonly archiveName: string;
  readonly url: string;
  readonly expected: string;
}

async function verify(archive: string, { archiveName, expected, url }: Verification): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const actual = hash.digest('hex');
  if (actual === expected) return;
  await rm(archive, { force: true });
  throw new H2gError({
    code: 'download-failed',
    message: `${archiveName} is not what its makers published: its SHA-256 is ${actual}, the checksum file beside it says ${expected} (${url}); the file was deleted`,
    hint: 'Try again; if it stays so, the mirror or a proxy changes the file: ask who runs it, or build with Go instead.',
  });
}
