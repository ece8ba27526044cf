import { H2gError } from '../error.ts';
import type { Area, Corner } from './rasterise-polygons.ts';

/** What an annotation file holds of the class that is looked for. */
export interface AnnotatedAreas {
  readonly areas: readonly Area[];
}

export interface AnnotationText {
  readonly text: string;
  /** For errors. */
  readonly path: string;
  /** The name of QuPath's class that is tumour. */
  readonly className: string;
}

type Json = Readonly<Record<string, unknown>>;

const HINT =
  'Export it from QuPath with File > Export objects as GeoJSON: a FeatureCollection of Polygon and MultiPolygon features with a class.';

/**
 * The areas of one class in a GeoJSON file as QuPath writes it: a FeatureCollection, a list of features or one feature; Polygon and
 * MultiPolygon, in level-0 pixels. Features of other classes, or without any, are not looked into.
 * @throws H2gError `annotation-invalid`, naming the feature: what is no such file, an area that is none, and a file with features of which
 *   none has the class. An empty FeatureCollection says that there is no tumour.
 */
export function parseAnnotation({ text, path, className }: AnnotationText): AnnotatedAreas {
  const features = featuresOf(parseJson(text, path), path);
  const named = features.map((feature, index) => ({ feature, place: `feature ${index + 1}`, name: classOf(feature) }));
  const ours = named.filter(({ name }) => name === className);
  if (features.length > 0 && ours.length === 0) throw noneOf(className, { path, names: named.map(({ name }) => name) });
  return {
    areas: ours.flatMap(({ feature, place }) => areasOf(feature['geometry'], `${path}: ${place} (class ${className})`)),
  };
}

const invalid = (message: string, hint = HINT, options?: ErrorOptions): H2gError =>
  new H2gError({ code: 'annotation-invalid', message, hint }, options);

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${path} is no JSON: ${reason}.`, HINT, { cause });
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function featuresOf(json: unknown, path: string): readonly Json[] {
  const list: unknown = isObject(json) && json['type'] === 'FeatureCollection' ? json['features'] : json;
  const features: readonly unknown[] | undefined = Array.isArray(list)
    ? list
    : isObject(list) && list['type'] === 'Feature'
      ? [list]
      : undefined;
  if (features === undefined) throw invalid(`${path} is no GeoJSON: it has neither a FeatureCollection nor features.`);
  return features.map((feature, index) => {
    if (isObject(feature) && feature['type'] === 'Feature') return feature;
    throw invalid(`${path}: feature ${index + 1} is no GeoJSON feature.`);
  });
}

/** QuPath writes `{name}`, and of a derived class `{names}`, which it shows as "Tumor: Positive". */
function classOf({ properties }: Json): string | undefined {
  const classification = isObject(properties) ? properties['classification'] : undefined;
  if (!isObject(classification)) return undefined;
  const { name, names } = classification;
  if (typeof name === 'string') return name;
  return Array.isArray(names) && names.length > 0 ? names.map(String).join(': ') : undefined;
}

function noneOf(
  className: string,
  { path, names }: { path: string; names: readonly (string | undefined)[] },
): H2gError {
  const found = [...new Set(names.map((name) => (name === undefined ? 'none' : `"${name}"`)))].slice(0, 6).join(', ');
  return invalid(
    `${path} has ${names.length} features, but none of class "${className}" (classes: ${found}).`,
    'Name the class that is tumour with --class; of a slide without tumour the file has no features at all.',
  );
}

function areasOf(geometry: unknown, place: string): Area[] {
  const type = isObject(geometry) ? geometry['type'] : undefined;
  const coordinates = isObject(geometry) ? geometry['coordinates'] : undefined;
  if (type === 'Polygon') return [areaOf(coordinates, place)];
  if (type === 'MultiPolygon' && Array.isArray(coordinates))
    return coordinates.map((polygon: unknown, index) => areaOf(polygon, `${place}, polygon ${index + 1}`));
  throw invalid(
    `${place} is ${typeof type === 'string' ? `a ${type}` : 'without a geometry'}, which covers no area.`,
    'Tumour is annotated with polygons: give the object another class, or delete it.',
  );
}

function areaOf(polygon: unknown, place: string): Area {
  if (!Array.isArray(polygon) || polygon.length === 0) throw invalid(`${place} has no ring.`);
  return polygon.map((ring: unknown, index) => ringOf(ring, `${place}, ring ${index + 1}`));
}

const FEWEST_CORNERS = 3;

function ringOf(ring: unknown, place: string): readonly Corner[] {
  if (!Array.isArray(ring) || ring.length < FEWEST_CORNERS)
    throw invalid(`${place} has fewer than ${FEWEST_CORNERS} corners.`);
  const corners: readonly unknown[] = ring;
  corners.forEach((corner, index) => {
    if (!isCorner(corner)) throw invalid(`${place}: corner ${index + 1} is not two numbers.`);
  });
  // Checked just above; copying a million corners would only cost memory.
  return corners as readonly Corner[];
}

const isCorner = (corner: unknown): corner is Corner =>
  Array.isArray(corner) && Number.isFinite(corner[0]) && Number.isFinite(corner[1]);
