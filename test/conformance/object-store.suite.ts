import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../domain/object-store.ts';

export interface OpenedStore {
  readonly store: ObjectStore;
  /** A put of so many bytes whose line is cut in the middle of them, past the store's own interface. */
  putHalf(key: string, sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Bytes that differ everywhere, so that parts in a wrong order would show. */
function patterned(sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

const AWKWARD_KEYS = [
  'slides/with space.svs',
  'slides/Präparat Müller.svs',
  'slides/🔬 α+β & c=d.svs',
  "slides/quote'd (1), 100%.svs",
  'slides/a%20b#c.svs',
];

export function objectStoreSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(`ObjectStore: ${name}`, () => {
    let opened: OpenedStore;
    let store: ObjectStore;
    let folder: string;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
      folder = await mkdtemp(join(tmpdir(), 'h2g-object-store-'));
    }, 600_000);
    afterAll(async () => {
      await opened?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    it('gives back what was put, with its size and an ETag without quotes', async () => {
      const put = await store.put('a/plain.txt', text('hello'), { contentType: 'text/plain' });
      expect(put).toMatchObject({ key: 'a/plain.txt', sizeBytes: 5 });
      expect(put.etag).toMatch(/^[^"]+$/);
      expect(await store.head('a/plain.txt')).toEqual(put);
      expect(Buffer.from(await store.get('a/plain.txt')).toString()).toBe('hello');
    });

    it('keeps an object of no bytes', async () => {
      await store.put('a/empty', new Uint8Array());
      expect((await store.get('a/empty')).length).toBe(0);
      expect((await store.head('a/empty'))?.sizeBytes).toBe(0);
    });

    it('replaces an object as a whole, and its ETag changes', async () => {
      const first = await store.put('a/twice', text('the first, longer'));
      const second = await store.put('a/twice', text('second'));
      expect(Buffer.from(await store.get('a/twice')).toString()).toBe('second');
      expect(second.etag).not.toBe(first.etag);
    });

    it('leaves nothing of a put that was cut, and the old object as it was', async () => {
      const old = await store.put('cut/old', patterned(1_000));
      for (const key of ['cut/old', 'cut/new']) await expect(opened.putHalf(key, 4_000_000)).rejects.toThrow();
      expect(await store.list('cut/')).toEqual([old]);
      expect(Buffer.compare(await store.get('cut/old'), patterned(1_000))).toBe(0);
    });

    it('finds what is there, and says so where it is not', async () => {
      await store.put('find/one', text('1'));
      expect(Buffer.from((await store.find('find/one')) ?? []).toString()).toBe('1');
      expect(await store.find('find/two')).toBeUndefined();
    });

    it.each(AWKWARD_KEYS)('keeps the key %s as it is', async (key) => {
      await store.put(key, text(key));
      expect(Buffer.from(await store.get(key)).toString()).toBe(key);
      expect((await store.list('slides/')).map((facts) => facts.key)).toContain(key);
      await store.delete(key);
      expect(await store.head(key)).toBeUndefined();
    });

    it('shows a reader the old or the new object, never a part of one', async () => {
      const [old, renewed] = [patterned(300_000).fill(1), patterned(500_000).fill(2)];
      await store.put('race/object', old);
      const writing = store.put('race/object', renewed);
      const lengths = await Promise.all(
        Array.from({ length: 10 }, async () => (await store.get('race/object')).length),
      );
      await writing;
      expect(lengths.filter((length) => length !== old.length && length !== renewed.length)).toEqual([]);
    });

    it('lists by prefix what is there, and no more', async () => {
      await Promise.all(['l/a', 'l/b/c', 'lx'].map((key) => store.put(key, text(key))));
      const listed = await store.list('l/');
      expect(listed.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([
        ['l/a', 3],
        ['l/b/c', 5],
      ]);
      expect(listed[0]?.etag).toBe((await store.head('l/a'))?.etag);
      expect(await store.list('nothing-here/')).toEqual([]);
    });

    it('deletes what is there, and does not mind what is not', async () => {
      await store.put('d/one', text('1'));
      await store.delete('d/one');
      await store.delete('d/one');
      expect(await store.head('d/one')).toBeUndefined();
    });

    it('names the object that is missing', async () => {
      await expect(store.get('no/such.json')).rejects.toMatchObject({
        code: 'object-missing',
        message: expect.stringContaining('no/such.json'),
      });
      expect(await store.head('no/such.json')).toBeUndefined();
    });

    it('uploads a small file and one of several parts, and counts the bytes', async () => {
      for (const sizeBytes of [0, 1_000, 20 * 1024 * 1024 + 4]) {
        const path = join(folder, `file ü ${sizeBytes}`);
        const content = patterned(sizeBytes);
        await writeFile(path, content);
        let sent = 0;
        const facts = await store.putFile(`files/${sizeBytes}`, path, { onBytes: (bytes) => (sent = bytes) });
        expect(facts.sizeBytes).toBe(sizeBytes);
        expect(sent).toBe(sizeBytes);
        expect(Buffer.compare(await store.get(`files/${sizeBytes}`), content)).toBe(0);
      }
    });

    it('leaves nothing of an upload that was stopped', async () => {
      const path = join(folder, 'stopped');
      await writeFile(path, patterned(40 * 1024 * 1024));
      const stop = new AbortController();
      const upload = store.putFile('files/stopped', path, { onBytes: () => stop.abort(), signal: stop.signal });
      await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
      expect(await store.head('files/stopped')).toBeUndefined();
    });

    it('says which file it could not read, and uploads nothing', async () => {
      await expect(store.putFile('files/absent', join(folder, 'absent'))).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('absent'),
      });
      expect(await store.head('files/absent')).toBeUndefined();
    });
  });
}
