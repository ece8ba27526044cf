import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openFileSource } from '../../slides/sources/open-file-source.ts';
import { openHttpSource } from '../../slides/sources/open-http-source.ts';
import { startRangeServer } from '../fixtures/range-server.ts';
import { byteSourceSuite } from './byte-source.suite.ts';

byteSourceSuite('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'h2g-bytes-'));
  // Files written within one tick of the clock would look alike: each gets a time of its own.
  let writes = 0;
  return {
    open: openFileSource,
    async put(name, bytes) {
      const path = join(folder, name.replaceAll('/', '_'));
      await writeFile(path, bytes);
      writes += 1;
      await utimes(path, 1_700_000_000 + writes, 1_700_000_000 + writes);
      return pathToFileURL(path);
    },
    missing: async () => pathToFileURL(join(folder, 'no such slide ü.svs')),
    close: () => rm(folder, { recursive: true }),
  };
});

byteSourceSuite('HTTP', async () => {
  const server = await startRangeServer();
  return {
    open: openHttpSource,
    async put(name, bytes) {
      server.files.set(name, bytes);
      return server.url(name);
    },
    missing: async () => server.url('no such slide ü.svs'),
    close: () => server.close(),
  };
});
