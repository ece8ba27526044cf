import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { H2gError } from '../../../domain/error.ts';
import { areasMisfit, maskMisfit, type SlideExtent } from '../../../domain/evaluation/fits-slide.ts';
import { parseAnnotation } from '../../../domain/evaluation/parse-annotation.ts';
import type { PlaneMask } from '../../../domain/evaluation/plane-mask.ts';
import { rasteriseAreas } from '../../../domain/evaluation/rasterise-polygons.ts';
import type { Size } from '../../../domain/geometry.ts';
import { openMask } from '../../../slides/open-mask.ts';
import { openFileSource } from '../../../slides/sources/open-file-source.ts';

/** A mask that is open; close it. */
export interface OpenedMask {
  readonly mask: PlaneMask;
  close(): Promise<void>;
}

export interface AnnotationRequest {
  readonly path: string;
  readonly extent: SlideExtent;
  readonly plane: Size;
  /** QuPath's class that is tumour. */
  readonly className: string;
}

const GEOJSON = /\.(?:geo)?json$/i;

/** An annotation of either kind on the evaluation plane. @throws H2gError `annotation-missing`, `annotation-invalid` */
export const openAnnotation = (request: AnnotationRequest, signal: AbortSignal): Promise<OpenedMask> =>
  GEOJSON.test(request.path) ? openAreas(request) : openMaskOn(request, signal);

async function openAreas({ path, extent, plane, className }: AnnotationRequest): Promise<OpenedMask> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw missing(path, cause);
  });
  const { areas } = parseAnnotation({ text, path, className });
  const misfit = areasMisfit(areas, extent);
  if (misfit !== undefined)
    throw misfits(path, misfit, 'Corners are in pixels of the full-size slide: export it from QuPath without scaling.');
  return { mask: rasteriseAreas({ areas, slideSize: extent }, plane), close: () => Promise.resolve() };
}

/** Also for the masks that `h2g run` writes: they are of the same kind. */
export async function openMaskOn(
  { path, extent, plane }: Omit<AnnotationRequest, 'className'>,
  signal: AbortSignal,
): Promise<OpenedMask> {
  const source = await openFileSource(pathToFileURL(path), { signal }).catch((thrown: unknown) => {
    throw thrown instanceof H2gError && thrown.code === 'slide-missing' ? missing(path, thrown) : thrown;
  });
  const file = await openMask(source, signal);
  const misfit = maskMisfit({ size: file.info, scale: file.info.scale }, extent);
  if (misfit === undefined) return { mask: file.onPlane(plane), close: () => file.close() };
  await file.close();
  throw misfits(path, misfit, 'A mask covers the whole slide, at any um/px: look whether it is that of another slide.');
}

const missing = (path: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'annotation-missing',
      message: `There is no file ${path}, or it cannot be read.`,
      hint: 'Paths in a list start from the folder that the list lies in.',
    },
    { cause },
  );

const misfits = (path: string, misfit: string, hint: string): H2gError =>
  new H2gError({ code: 'annotation-invalid', message: `${path} does not fit its slide: ${misfit}.`, hint });
