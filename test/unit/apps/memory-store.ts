import { H2gError } from '../../../domain/error.ts';
import type { ObjectFacts, ObjectStore } from '../../../domain/object-store.ts';
import { sha256 } from '../../../platform/digest.ts';

/** The part of an `ObjectStore` that commands need of small objects, in memory; what real stores do is tested with real ones. */
export function memoryStore(objects: Record<string, string>): Pick<ObjectStore, 'head' | 'get' | 'list'> & ObjectStore {
  const factsOf = (key: string): ObjectFacts | undefined => {
    const text = objects[key];
    return text === undefined ? undefined : { key, sizeBytes: Buffer.byteLength(text), etag: sha256(text) };
  };
  const unused = (): never => {
    throw new Error('no file is put here');
  };
  return {
    bucket: 'h2g',
    head: async (key) => factsOf(key),
    get: async (key) => {
      const text = objects[key];
      if (text === undefined) throw new H2gError({ code: 'object-missing', message: key, hint: 'h' });
      return Buffer.from(text);
    },
    find: async (key) => (objects[key] === undefined ? undefined : Buffer.from(objects[key])),
    list: async (prefix) =>
      Object.keys(objects).flatMap((key) =>
        key.startsWith(prefix) ? [factsOf(key)].filter((f) => f !== undefined) : [],
      ),
    put: async (key, body) => {
      const text = Buffer.from(body).toString('utf8');
      objects[key] = text;
      return { key, sizeBytes: Buffer.byteLength(text), etag: sha256(text) };
    },
    putFile: unused,
    delete: async (key) => {
      delete objects[key];
    },
  };
}
