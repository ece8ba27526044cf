import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { slideKey } from '../../../domain/keys.ts';
import type { RunSpec } from '../../../domain/run-spec.ts';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import { sha256OfFile } from '../../../platform/digest.ts';
import { s3Url } from '../../../platform/s3/s3-location.ts';
import type { Backend } from '../backend.ts';

export interface PlaceRequest {
  readonly backend: Pick<Backend, 'kind' | 'store'>;
  readonly signal: AbortSignal;
  readonly onHashing: () => void;
  readonly onSent: (sentBytes: number) => void;
}

type SpecSlide = RunSpec['slide'];

/** The slide as the workers will see it: a local file that they cannot see is brought to the store first. */
export async function placeSlide(info: SlideInfo, request: PlaceRequest): Promise<SpecSlide> {
  const { url, name, sizeBytes, version } = info;
  const isOutOfSight = request.backend.kind === 'configured' && url.startsWith('file:');
  return isOutOfSight ? uploadSlide(info, request) : { url, name, sizeBytes, version };
}

/** Named by its content, so that the same slide is uploaded once and is the same run from wherever it comes. */
async function uploadSlide(info: SlideInfo, request: PlaceRequest): Promise<SpecSlide> {
  const { store } = request.backend;
  const { signal, onSent, onHashing } = request;
  const path = fileURLToPath(info.url);
  onHashing();
  const key = slideKey(await sha256OfFile(path, { signal }), info.name.normalize('NFC'));
  const { size } = await stat(path);
  const there = await store.head(key);
  const facts = there?.sizeBytes === size ? there : await store.putFile(key, path, { onBytes: onSent, signal });
  const url = s3Url({ bucket: store.bucket, key }).href;
  return { url, name: info.name, sizeBytes: facts.sizeBytes, version: facts.etag };
}
